"""The story of one score in plain words: what was to be sent, what happened, who can do what about it."""

from collections.abc import Iterator
from datetime import datetime

from lti_tool.passback.catalog import REASONS, DeliveryState, LineItemState, ReasonCode, get_reason
from lti_tool.passback.models import Delivery
from lti_tool.passback.queries import DeliveryStory
from lti_tool.passback.rules import is_sent_for

TEACHER = "the course's teacher"
ADMINISTRATOR = "the administrator of the platform"
OPERATOR = "you, the operator of this tool"
NOBODY = "nobody; it goes on by itself"

# Who can remove the reason.
WHO = {
    ReasonCode.NO_GRADEBOOK_SERVICE: ADMINISTRATOR,
    ReasonCode.SCOPE_LINE_ITEM_MISSING: f"{TEACHER}, or {ADMINISTRATOR}",
    ReasonCode.SCOPE_SCORE_MISSING: ADMINISTRATOR,
    ReasonCode.NO_COLUMN_YET: f"{TEACHER}, if a column is wanted at all",
    ReasonCode.TOOL_REMOVED: ADMINISTRATOR,
    ReasonCode.NOT_AUTHORISED: f"{ADMINISTRATOR}, together with you",
    ReasonCode.FORBIDDEN: ADMINISTRATOR,
    ReasonCode.NOT_A_STUDENT: "nobody: scores of people who are no students of the course never leave",
    ReasonCode.TIMESTAMP_REFUSED: f"{OPERATOR}, and {ADMINISTRATOR}",
    ReasonCode.RATE_LIMITED: NOBODY,
    ReasonCode.PLATFORM_ERROR: f"{NOBODY}; {ADMINISTRATOR} if it lasts",
    ReasonCode.PLATFORM_UNREACHABLE: f"{NOBODY}; {ADMINISTRATOR} if it lasts",
    ReasonCode.PLATFORM_TIMED_OUT: f"{NOBODY}; {ADMINISTRATOR} if it lasts",
    ReasonCode.PLATFORM_ANSWER_BROKEN: f"{NOBODY}; {ADMINISTRATOR} if it lasts",
    ReasonCode.PLATFORM_CERTIFICATE_WRONG: ADMINISTRATOR,
    ReasonCode.PLATFORM_REDIRECTS: f"{TEACHER}, or you",
    ReasonCode.PLATFORM_ADDRESS_REFUSED: OPERATOR,
    ReasonCode.OUR_ERROR: f"{OPERATOR}: the worker's log has a record `delivery_failed` with this number",
}

_STATES = {
    DeliveryState.PENDING: "It waits to be sent.",
    DeliveryState.SENDING: "A worker holds it and is sending it.",
    DeliveryState.DELIVERED: "It stands in the platform's gradebook.",
    DeliveryState.SUPERSEDED: "A later score of the same person and column took its place.",
    DeliveryState.KEPT_THEIRS: "Somebody changed the grade in the platform's gradebook, and that grade stays.",
    DeliveryState.PARKED: "It is parked: it is not tried again before somebody does something.",
}
_COLUMNS = {
    LineItemState.WANTED: "not looked for, or not found yet",
    LineItemState.BOUND: "known",
    LineItemState.DOUBTFUL: "known, but the platform's last answers about it were strange",
    LineItemState.GONE: "deleted at the platform",
}


def explain_delivery(story: DeliveryStory, now: datetime) -> list[tuple[str, str]]:
    """The story as headings with text; our own numbers stand for people."""
    return [
        *_what(story),
        *_tries(story.delivery, now),
        *_pause(story, now),
        *_why(story),
        ("What to do", _advice(story)),
    ]


def say_points(delivery: Delivery) -> str:
    """`8 of 10`, or the progress where there is no score."""
    if delivery.score_given is None or delivery.score_maximum is None:
        return str(delivery.grading_progress)
    return f"{delivery.score_given:g} of {delivery.score_maximum:g}"


def say_time(moment: datetime | None) -> str:
    """UTC, to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"


def say_age(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that is not nought."""
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _what(story: DeliveryStory) -> Iterator[tuple[str, str]]:
    delivery, line_item, registration = story.delivery, story.line_item, story.registration
    yield "Score", f"{delivery.id}: {say_points(delivery)} for person {delivery.user_id}, {delivery.grading_progress}"
    comment = f"a comment of {len(delivery.comment)} characters" if delivery.comment else "no comment"
    yield "Made", f"{say_time(delivery.created_at)}, for work of {say_time(delivery.submitted_at)}, with {comment}"
    place = f"course {story.context.id}, deployment {story.deployment_id}"
    yield "Goes to", f"platform {registration.id} ({registration.name}, {registration.product_family}), {place}"
    known = _COLUMNS[LineItemState(line_item.state)]
    yield "Column", f"{line_item.tag}, {known}" + (f": {line_item.url}" if line_item.url else "")


def _tries(delivery: Delivery, now: datetime) -> Iterator[tuple[str, str]]:
    if delivery.stamp is None:
        yield "Sent", "never so far"
    else:
        yield "Sent", f"with timestamp {say_time(delivery.stamp)}, which every further try repeats"
    if delivery.tries:
        since = f", failing since {say_time(delivery.failing_since)}" if delivery.failing_since else ""
        yield "Failed tries", f"{delivery.tries}{since}"
    if delivery.restamps:
        yield "Fresh timestamps", f"{delivery.restamps}, because the platform called the former ones too old"
    if delivery.detail:
        yield "Last answer", delivery.detail
    if delivery.is_overruling:
        yield "Chosen", "a teacher chose this score over the one in the gradebook"
    if delivery.state == DeliveryState.PENDING:
        due = delivery.next_try_at
        yield "Next try", say_time(due) + (" (due now)" if due <= now else f" (in {say_age(now, due)})")
    if delivery.finished_at is not None:
        yield "Ended", say_time(delivery.finished_at)


def _pause(story: DeliveryStory, now: datetime) -> Iterator[tuple[str, str]]:
    until = story.paused_until
    if until is not None and until > now and story.delivery.state == DeliveryState.PENDING:
        yield (
            "Pause",
            f"nothing is sent to this platform before {say_time(until)}: it asked for it, or seems to be away",
        )


def _why(story: DeliveryStory) -> Iterator[tuple[str, str]]:
    delivery = story.delivery
    yield "State", f"{delivery.state}. {_STATES[DeliveryState(delivery.state)]}"
    if delivery.reason:
        reason = get_reason(delivery.reason)
        yield "Reason", f"{delivery.reason}. {reason.title}. {reason.explanation}"


def _advice(story: DeliveryStory) -> str:
    delivery, member = story.delivery, story.member
    if story.newest_id != delivery.id:
        return f"Nothing: score {story.newest_id} is newer. See `lti-tool passback explain {story.newest_id}`."
    if delivery.state == DeliveryState.DELIVERED:
        return "Nothing."
    if not story.registration.is_active:
        return f"Platform {story.registration.id} is switched off: `lti-tool platform enable {story.registration.id}`."
    if member is None or not is_sent_for(member.role, member.has_been_staff, member.user.is_test_user):
        return f"Nothing: {WHO[ReasonCode.NOT_A_STUDENT].removeprefix('nobody: ')}."
    if delivery.state == DeliveryState.KEPT_THEIRS:
        return f"By {TEACHER}, if the grade should be ours: “Send ours” on the class page."
    if not delivery.reason:
        return f"Nothing. If its time has come and it does not move: does a worker run? ({OPERATOR})"
    who = WHO.get(ReasonCode(delivery.reason), TEACHER) if delivery.reason in REASONS else OPERATOR
    again = f"`lti-tool passback retry {delivery.id}`"
    then = f" Then {again}." if delivery.state == DeliveryState.PARKED else f" To try at once: {again}."
    return f"By {who}. {get_reason(delivery.reason).fix}{then}"
