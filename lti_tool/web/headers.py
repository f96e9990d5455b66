"""Security headers of every response.

No X-Frame-Options anywhere: it cannot name the LMS, and an error page that the frame refuses hides the error.
`frame-ancestors` names what the registration knows; pages that belong to no registration carry none, since they hold
nothing to protect.
"""

from collections.abc import Sequence

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.registration.rules import list_frame_ancestors
from lti_tool.web.queries import list_frame_origins
from lti_tool.web.session import db


def init_headers(app: Flask) -> None:
    """Add the headers to all responses."""
    app.after_request(_add)


def allow_form_to(origin: str) -> None:
    """Let the forms of this page post (or be redirected) to one more origin: a platform's."""
    g.setdefault("form_origins", []).append(origin)


def frame_for(platform_origins: Sequence[str]) -> None:
    """Name the origins whose pages frame this response, where they are read already."""
    g.frame_origins = platform_origins


def allow_recording() -> None:
    """Let this page use the microphone, and play what it recorded; nothing of that leaves the device."""
    g.is_recording = True


def _frame_ancestors() -> list[str]:
    registration_id = g.get("refused_registration_id")
    if "frame_origins" not in g and registration_id is not None:
        try:
            g.frame_origins = list_frame_origins(db(), registration_id)
        except SQLAlchemyError:
            # The page that tells of a broken database must still be shown.
            g.frame_origins = []
    return list_frame_ancestors(g.get("frame_origins", []))


def _add(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint == "static":
        return response
    headers.setdefault("Cache-Control", "no-store")
    if response.mimetype != "text/html":
        return response
    policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        " ".join(["form-action 'self'", *g.get("form_origins", [])]),
    ]
    is_recording = g.get("is_recording", False)
    if is_recording:
        policy.append("media-src blob:")
    headers["Permissions-Policy"] = f"camera=(), geolocation=(), microphone={'(self)' if is_recording else '()'}"
    ancestors = _frame_ancestors()
    if ancestors:
        policy.append(" ".join(["frame-ancestors 'self'", *ancestors]))
    headers["Content-Security-Policy"] = "; ".join(policy)
    return response
