"""Counts visits in PostgreSQL: / says how many there were, every other path is a visit."""
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import psycopg2


def count(path):
    # A connection for each request: a database that was restarted is no event for the application.
    connection = psycopg2.connect("")
    try:
        with connection, connection.cursor() as cursor:
            if path != "/":
                cursor.execute("INSERT INTO visits (path) VALUES (%s)", (path,))
            cursor.execute("SELECT count(*) FROM visits")
            return cursor.fetchone()[0]
    finally:
        connection.close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            status, text = 200, f"{count(self.path)} visits\n"
        except psycopg2.Error as problem:
            status, text = 503, f"no database: {problem}\n"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format, *words):
        if self.path != "/":
            print(format % words)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("serving")
HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
