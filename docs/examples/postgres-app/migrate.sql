-- Runs at every start of the container, so each statement bears being repeated.
SET client_min_messages = warning;

DO $$ BEGIN
  CREATE ROLE "www-data" LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

CREATE TABLE IF NOT EXISTS visits (at timestamptz NOT NULL DEFAULT now(), path text NOT NULL);
GRANT SELECT, INSERT ON visits TO "www-data";
