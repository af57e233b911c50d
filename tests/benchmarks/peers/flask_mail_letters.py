"""Sending with Flask-Mail as its documentation does: a letter read, sent over its own connection, marked.

It lacks: a lease, so that two senders would send twice; the server's reply; tries, time-outs, the log.
"""

from flask import Flask
from flask_mail import Mail, Message

from tests.benchmarks.peers.bare_sql import Bare

_NEXT = "SELECT id, address, subject, text FROM bare_letter WHERE status = 'queued' ORDER BY id LIMIT 1"


class Sender:
    """Sends the letters of a small table."""

    def __init__(self, url: str, port: int, letters: int, subject: str, text: str) -> None:
        self.bare = Bare(url)
        self.app = Flask("peer")
        self.app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_DEFAULT_SENDER="a@b.example")
        self.mail = Mail(self.app)
        key = "INTEGER PRIMARY KEY" if self.bare.is_sqlite else "bigserial PRIMARY KEY"
        run = self.bare.connection.execute
        run(f"CREATE TABLE bare_letter (id {key}, address text, subject text, text text, status text)")
        run("CREATE INDEX bare_letter_status ON bare_letter (status, id)")
        values = ", ".join([self.bare.mark] * 4)
        for number in range(letters):
            row = (f"{number}@c.example", subject, text, "queued")
            run(f"INSERT INTO bare_letter (address, subject, text, status) VALUES ({values})", row)

    def send(self, count: int) -> None:
        """Send so many letters."""
        run, mark = self.bare.connection.execute, self.bare.mark
        with self.app.app_context():
            for _ in range(count):
                key, address, subject, text = run(_NEXT).fetchone()
                self.mail.send(Message(subject, [address], text))
                run(f"UPDATE bare_letter SET status = 'sent' WHERE id = {mark}", (key,))

    def close(self) -> None:
        """Close the connection."""
        self.bare.close()
