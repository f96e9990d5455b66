"""The gradebook, people and what teachers add."""

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug import Response

from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.services.access import read_number
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.views import doors
from lti_tool.sandbox.views.site import KINDS, find_item

blueprint = Blueprint("teaching", __name__, url_prefix="/courses/<int:course_id>")
blueprint.before_request(doors.same_origin_posts)


def _columns(course_id: int) -> list[Row]:
    """Columns that the gradebook shows: under Canvas rules only the first of each link."""
    rows = sandbox().list_lineitems(course_id)
    if sandbox().moodle:
        return rows
    first: dict[int, int] = {}
    for row in rows:
        if row["item_id"] is not None:
            first.setdefault(row["item_id"], row["id"])
    return [row for row in rows if row["item_id"] is None or first[row["item_id"]] == row["id"]]


@blueprint.get("/grades")
def show_grades(course_id: int) -> str:
    """The gradebook for staff, one's own grades for everybody else."""
    person, course = doors.require_course(course_id)
    staff = doors.is_staff(person, course)
    people = [one for one in sandbox().members_of(course_id) if one["role"] == "student"]
    if not staff:
        people = [one for one in people if one["id"] == person["id"]]
    columns = _columns(course_id)
    cells = {
        (result["lineitem_id"], result["person_id"]): result
        for column in columns
        for result in sandbox().list_results(column["id"])
    }
    means = {column["id"]: _mean(column, cells, people) for column in columns}
    return render_template("sandbox/grades.html", people=people, columns=columns, cells=cells, staff=staff, means=means)


def _mean(column: Row, cells: dict[tuple[int, int], Row], people: list[Row]) -> float | None:
    scores = [
        cells[column["id"], one["id"]]["score"]
        for one in people
        if (column["id"], one["id"]) in cells and cells[column["id"], one["id"]]["score"] is not None
    ]
    return sum(scores) / len(scores) if scores else None


@blueprint.get("/grades/<int:column_id>/<int:person_id>")
def show_cell(course_id: int, column_id: int, person_id: int) -> str:
    """One grade: where it came from, its comment, and a form to change it."""
    doors.require_staff(course_id)
    column, student = _cell(course_id, column_id, person_id)
    return render_template(
        "sandbox/cell.html",
        column=column,
        student=student,
        result=sandbox().find_result(column_id, person_id),
        trouble="",
        typed=None,
    )


def _cell(course_id: int, column_id: int, person_id: int) -> tuple[Row, Row]:
    column = sandbox().store.one("SELECT * FROM lineitem WHERE id = ? AND course_id = ?", column_id, course_id)
    people = {one["id"]: one for one in sandbox().members_of(course_id) if one["role"] == "student"}
    if column is None or person_id not in people:
        abort(404)
    return column, people[person_id]


@blueprint.post("/grades/<int:column_id>/<int:person_id>")
def change_cell(course_id: int, column_id: int, person_id: int) -> str | Response | tuple[str, int]:
    """Set a grade by hand; empty clears it."""
    doors.require_staff(course_id)
    column, student = _cell(course_id, column_id, person_id)
    typed = request.form.get("score", "").strip().replace(",", ".")
    score = read_number(typed) if typed else None
    wrong = (bool(typed) and score is None) or (score is not None and not (0 <= score <= column["maximum"]))
    if wrong:
        trouble = f"Enter a number from 0 to {column['maximum']:g}, or leave the field empty."
        page = render_template(
            "sandbox/cell.html",
            column=column,
            student=student,
            result=sandbox().find_result(column_id, person_id),
            trouble=trouble,
            typed=typed,
        )
        return page, 422
    sandbox().set_grade(column_id, student["username"], score, request.form.get("comment"))
    doors.tell(f"Grade of {student['name']} in «{column['label']}» changed by hand.")
    return redirect(f"/courses/{course_id}/grades", 303)


@blueprint.get("/grades/<int:column_id>/<int:person_id>/submission")
def show_submission(course_id: int, column_id: int, person_id: int) -> str:
    """The tool's own view of a student's work, framed."""
    doors.require_staff(course_id)
    column, student = _cell(course_id, column_id, person_id)
    result = sandbox().find_result(column_id, person_id)
    empty = not sandbox().moodle and (result is None or not result["submission_url"])
    return render_template(
        "sandbox/submission.html",
        column=column,
        student=student,
        result=result,
        frame="" if empty else f"/launch/review?course={course_id}&column={column_id}&user={person_id}",
    )


@blueprint.get("/people")
def show_people(course_id: int) -> str:
    """Who is in the course, and what of them tools are told."""
    doors.require_staff(course_id)
    return render_template("sandbox/roster.html", people=sandbox().members_of(course_id), kinds=KINDS)


@blueprint.post("/people/<username>/privacy")
def change_privacy(course_id: int, username: str) -> Response:
    """Tell tools a person's name and e-mail, or withhold both."""
    doors.require_staff(course_id)
    private = request.form.get("private") == "1"
    try:
        sandbox().set_private(username, private)
    except LookupError:
        abort(404)
    doors.tell(f"Tools {'no longer get' if private else 'now get'} the name and e-mail of this person.")
    return redirect(f"/courses/{course_id}/people#{username}", 303)


@blueprint.get("/add")
def add_content(course_id: int) -> str:
    """Choose a tool: let it offer content, or make one link by hand."""
    doors.require_staff(course_id)
    return render_template("sandbox/add.html", tools=sandbox().list_tools(active_only=True))


@blueprint.get("/add/<int:tool_id>")
def choose_content(course_id: int, tool_id: int) -> str:
    """The tool's own choice of content, framed (deep linking)."""
    doors.require_staff(course_id)
    tool = sandbox().store.one("SELECT * FROM tool WHERE id = ? AND state = 'active'", tool_id)
    if tool is None:
        abort(404)
    many = "1" if request.args.get("many", "1") == "1" else "0"
    frame = f"/launch/select?course={course_id}&tool={tool_id}&many={many}"
    return render_template("sandbox/choose.html", tool=tool, frame=frame)


@blueprint.post("/add")
def add_link(course_id: int) -> Response:
    """Make one link by hand, graded or not."""
    _, course = doors.require_staff(course_id)
    points = read_number(request.form.get("points") or "")
    try:
        item = sandbox().add_item(
            course["label"],
            request.form.get("client_id", ""),
            request.form.get("title", "").strip() or "Internship Prep",
            url=request.form.get("url", "").strip(),
            points=points if points and points > 0 else None,
            new_window=request.form.get("new_window") == "1",
        )
    except LookupError:
        abort(404)
    doors.tell(f"«{item['title']}» was added.")
    return redirect(f"/courses/{course_id}", 303)


@blueprint.get("/add/cancelled")
def cancelled(course_id: int) -> str:
    """Where a tool leads back to when nothing was chosen."""
    doors.require_staff(course_id)
    return render_template("sandbox/picked.html", refused="Nothing was added.", taken=None)


@blueprint.post("/items/<int:item_id>")
def change_item(course_id: int, item_id: int) -> Response:
    """Publish, hide or remove a link."""
    doors.require_staff(course_id)
    item = find_item(course_id, item_id)
    action = request.form.get("action")
    if action in ("publish", "hide"):
        sandbox().publish_item(item_id, action == "publish")
        doors.tell(f"«{item['title']}» is {'published' if action == 'publish' else 'hidden'}.")
    elif action == "publish-all":
        for each in sandbox().list_items(course_id):
            sandbox().publish_item(each["id"])
        doors.tell("Everything in this course is published.")
    else:
        abort(400)
    return redirect(f"/courses/{course_id}", 303)
