"""The session in its signed cookie, whose age no host judges by its own clock.

Hosts a second apart would refuse each other's cookies as being from the future, and sign everybody out. How
long a session lasts is judged by the one clock (rule 12), in `visitors`.
"""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class AgelessCookies(SecureCookieSessionInterface):
    """Reads a session whatever the instant of its signature; the signature itself is checked as ever."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of the request's cookie, an empty one where it holds none of ours."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        sent = request.cookies.get(self.get_cookie_name(app))
        try:
            return self.session_class(serializer.loads(sent) if sent else None)
        except BadSignature:
            return self.session_class()
