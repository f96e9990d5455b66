"""The fault panel: an operator breaks the LMS on purpose, to watch how a tool copes."""

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug import Response

from lti_tool.sandbox.faults import GROUPS, KINDS, PRESETS, Fault
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.services.access import read_number
from lti_tool.sandbox.views import doors

blueprint = Blueprint("faults", __name__, url_prefix="/admin/faults")
blueprint.before_request(doors.same_origin_posts)

SHARES = (
    (1.0, "every call"),
    (0.5, "half of the calls"),
    (0.2, "1 call in 5"),
    (0.1, "1 call in 10"),
    (0.05, "1 call in 20"),
)


@blueprint.get("")
def show_panel() -> str:
    """Every fault with what a real LMS does then."""
    doors.require_admin()
    return _panel()


def _panel(troubles: dict[str, str] | None = None) -> str:
    courses = {course["id"]: course["label"] for course in sandbox().list_courses()}
    on: dict[str, list[dict[str, str]]] = {}
    for fault in sandbox().list_faults():
        shown = {
            "course": str(fault.course_id or 0),
            "share": str(fault.share),
            "amount": f"{fault.value:g}",
            "words": _words(fault, courses),
        }
        on.setdefault(fault.kind, []).append(shown)
    return render_template(
        "sandbox/faults.html",
        groups=[(title, [kind for kind in KINDS.values() if kind.group == title]) for title in GROUPS],
        presets=PRESETS,
        on=on,
        courses=sandbox().list_courses(),
        shares=SHARES,
        troubles=troubles or {},
        typed=request.form if troubles else {},
    )


def _words(fault: Fault, courses: dict[int, str]) -> str:
    """«MIR 101, 1 call in 5, 3 s»."""
    kind = KINDS[fault.kind]
    parts = [courses.get(fault.course_id, "A course") if fault.course_id else "Whole LMS"]
    if kind.has_share:
        parts.append(dict(SHARES).get(fault.share) or f"{fault.share:.0%} of the calls")
    if kind.amount is not None:
        parts.append(kind.amount.words.format(f"{fault.value:g}"))
    return ", ".join(parts)


@blueprint.post("")
def change_faults() -> Response | tuple[str, int]:
    """Switch one fault on or off, several at once, or all off."""
    doors.require_admin()
    action = request.form.get("action", "")
    if action == "well":
        sandbox().set_faults()
        doors.tell("All is well again.")
    elif action == "revoke":
        count = sandbox().revoke_tokens()
        doors.tell(f"{count} access {'token is' if count == 1 else 'tokens are'} revoked. The next call gets a 401.")
    elif action == "off":
        sandbox().turn_off(request.form.get("kind", ""), _course())
    elif action == "on":
        return _switch_on()
    else:
        preset = next((preset for preset in PRESETS if preset.key == action), None)
        if preset is None:
            abort(400)
        sandbox().set_faults(*preset.faults)
        doors.tell(f"{preset.title}: switched on.")
    return redirect(f"/admin/faults#{request.form.get('kind', '')}".rstrip("#"), 303)


def _switch_on() -> Response | tuple[str, int]:
    kind = KINDS.get(request.form.get("kind", ""))
    if kind is None:
        abort(400)
    typed = request.form.get("amount", "").strip().replace(",", ".")
    fault = Fault(kind.key, _course(), read_number(request.form.get("share", "1")) or 1.0, read_number(typed))
    try:
        if kind.amount is not None and fault.amount is None:
            raise ValueError("no number")
        sandbox().turn_on(fault)
    except ValueError:
        if kind.amount is None:
            abort(400)
        trouble = f"Enter a number from {kind.amount.lowest:g} to {kind.amount.highest:g}."
        return _panel({kind.key: trouble}), 422
    return redirect(f"/admin/faults#{kind.key}", 303)


def _course() -> int | None:
    """The chosen course, None for the whole LMS; 400 for one that is not there."""
    chosen = request.form.get("course", "0")
    if chosen == "0":
        return None
    if not chosen.isdigit() or sandbox().find_course(int(chosen)) is None:
        abort(400)
    return int(chosen)
