"""Faults happen to each call of a tool, and each is written into the page «What arrived»."""

from flask import Blueprint, Response, g, request

from lti_tool.sandbox.faults import KINDS
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.services import trouble
from lti_tool.sandbox.services.access import ServiceRefusal, answer


def watch(blueprint: Blueprint, service: str, *, suffers: bool = True) -> None:
    """Write down each call of this blueprint, refusals with their reason; `suffers`: faults happen to it."""

    @blueprint.before_request
    def begin() -> Response | None:
        g.begun = sandbox().now_fn()
        return trouble.before_call(service) if suffers else None

    @blueprint.errorhandler(ServiceRefusal)
    def refuse(error: ServiceRefusal) -> Response:
        g.note = error.reason
        if sandbox().moodle:
            return Response(error.reason, error.status, content_type="text/html; charset=utf-8")
        return answer(
            {"errors": {"type": "error", "message": error.reason}},
            "application/json; charset=utf-8",
            error.status,
        )

    @blueprint.after_request
    def remember(response: Response) -> Response:
        if suffers:
            response = trouble.after_call(response)
        _write_down(service, response)
        return response


def _note(response: Response) -> str:
    """What the page says of a call; of one that failed, whom it was about."""
    fault, note = g.get("fault", ""), str(g.get("note", ""))
    failed = bool(fault) or response.status_code >= 400
    if not failed or (fault and g.get("score", {}).get("applied")):
        return note
    words = note or (KINDS[fault].title if fault else "Refused")
    return f"\u2068{g.about}\u2069: {words}" if g.get("about") else words


def _write_down(service: str, response: Response) -> None:
    sandbox().note_call(
        service,
        request.method,
        request.full_path.rstrip("?"),
        0 if "answer" in g else response.status_code,
        g.get("tool", ""),
        _note(response),
        at=g.get("begun"),
        subject=g.get("subject", ""),
        fault=g.get("fault", ""),
        answer=g.get("answer", ""),
        retry_after=g.get("retry_after", 0),
        **g.get("score", {}),
    )
