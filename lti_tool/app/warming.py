"""What the first launch would otherwise wait for: mappers, statements and templates, made ready before it.

`lti-tool serve` does this once and its processes share the result.
"""

from flask import Flask
from sqlalchemy.orm import configure_mappers

from lti_tool import clock
from lti_tool.assessment.queries import list_progress, list_results_of
from lti_tool.launch.queries import find_launch_rows, find_login, list_starting_points
from lti_tool.web.queries import find_visit

# The way in, and a student's first pages; they bring the layout and the macros with them.
_TEMPLATES = ("enter.html", "assessment/home.html", "assessment/module.html", "assessment/pieces.html", "macros.html")


def warm(app: Flask) -> None:
    """Compile what each launch uses; reads the database, finds nothing there."""
    configure_mappers()
    for name in _TEMPLATES:
        app.jinja_env.get_template(name)
    with app.extensions["lti_tool"].reading() as session:
        list_starting_points(session, "", "-", hint_hash="", now=clock.now())
        find_login(session, "")
        find_launch_rows(session, 0, deployment_id="", context_id="", link_id="", sub="", tag="")
        find_visit(session, "")
        list_progress(session, 0, [0])
        list_results_of(session, 0, [0])
