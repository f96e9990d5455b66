"""Our public keys."""

from flask import Response, jsonify

from lti_tool import clock
from lti_tool.launch.views.shared import blueprint
from lti_tool.registration.keys import list_published_jwks
from lti_tool.web.guard import public
from lti_tool.web.session import settings, writing_db

_SECONDS = 600


@blueprint.get("/lti/jwks.json")
@public
def show_keys() -> Response:
    """The key set by which platforms check what we sign; the first call makes the first key."""
    session = writing_db()
    keys = list_published_jwks(session, settings().secret_keys, clock.now())
    session.commit()
    response = jsonify(keys)
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return response
