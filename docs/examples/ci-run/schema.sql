CREATE TABLE jobs (id integer PRIMARY KEY, done boolean NOT NULL DEFAULT false);
INSERT INTO jobs (id) VALUES (1), (2), (3);
