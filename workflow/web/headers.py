"""The headers every answer carries: what a browser may load, show elsewhere, or keep.

Cookies are in the settings; what a page says is not here.
"""

from flask import Flask, Response, current_app, g, request

#: Nothing but our own stylesheet and images, no script at all, forms only to ourselves.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ONE_YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Set the headers after every request."""
    app.after_request(_set)


def _set(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", f"max-age={_ONE_YEAR_SECONDS}; includeSubDomains")
    if request.endpoint != "static":
        # Also where nobody is signed in: a form of the sign-in pages belongs to one session.
        # A page of which the browser asks each time whether it has changed may lie in that browser alone.
        headers["Cache-Control"] = "private, no-cache" if g.get("may_be_kept") else "private, no-store"
        headers.add("Vary", "Cookie")
    return response
