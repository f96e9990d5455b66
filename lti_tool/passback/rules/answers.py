"""What an answer of a platform means: decided from the numeric status and the body, never from the reason phrase.

HTTP/2 has no reason phrase, and Moodle puts whole bodies into it.
"""

import json
import re
from collections.abc import Iterable

from lti_tool.passback.catalog import Action, Answer, Policy, ReasonCode, Step, Verdict, get_reason
from lti_tool.registration.catalog import ProductFamily

_TRANSPORT = {
    "timed_out": ReasonCode.PLATFORM_TIMED_OUT,
    "unreachable": ReasonCode.PLATFORM_UNREACHABLE,
    "certificate_wrong": ReasonCode.PLATFORM_CERTIFICATE_WRONG,
    "redirected": ReasonCode.PLATFORM_REDIRECTS,
    "address_refused": ReasonCode.PLATFORM_ADDRESS_REFUSED,
}
# Canvas 400; Open edX 400, which refuses the same stamp with other words; Moodle's 409 in words.
_OLDER = ("before last updated timestamp", "later point", "already exists", "earlier timestamp")
# Canvas and Moodle, on one person.
_NOT_A_STUDENT = ("user not found in course", "not a student", "incorrect score received")
_REMOVED = ("invalid developer key", "not linked to a tool", "unauthorized_client")
_PHRASES: tuple[tuple[str, Action, ReasonCode], ...] = (
    ("course has concluded", Action.PARK, ReasonCode.COURSE_CONCLUDED),
    ("still unpublished", Action.RETRY, ReasonCode.ASSIGNMENT_UNPUBLISHED),
    ("allowed attempts", Action.GRADE_ONLY, ReasonCode.ATTEMPTS_EXHAUSTED),
    *((phrase, Action.PARK, ReasonCode.NOT_A_STUDENT) for phrase in _NOT_A_STUDENT),
)
# So many of these in a row, from any step, are no trouble of one score.
_AWAY = (
    ReasonCode.PLATFORM_UNREACHABLE,
    ReasonCode.PLATFORM_TIMED_OUT,
    ReasonCode.PLATFORM_ERROR,
    ReasonCode.PLATFORM_ANSWER_BROKEN,
)
_MAX_DETAIL = 200
# No database keeps these: NUL, and halves of surrogate pairs that JSON can spell.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_WORDS_OF_JSON = ("error_description", "message", "error", "title", "detail", "errors")


def judge_answer(answer: Answer, family: str) -> Verdict:
    """Decide what to do about an answer that is not a success, or about none."""
    verdict = _judge(answer, family)
    if verdict.action is Action.RETRY and get_reason(verdict.reason).policy is Policy.PARK:
        return Verdict(Action.PARK, verdict.reason)
    return verdict


def is_outage(verdict: Verdict) -> bool:
    """Whether the whole platform seems to be away, so that other scores need not be tried now."""
    return verdict.reason in _AWAY


def describe_answer(answer: Answer, secrets: Iterable[str] = ()) -> str:
    """One line for operators: status and the platform's own words, without what was sent and without `secrets`.

    Moodle echoes the whole score after its words, so text is cut where JSON begins.
    """
    if answer.status is None:
        return answer.transport
    words = _UNSTORABLE.sub("", " ".join(_words(answer.body).split()))
    for secret in secrets:
        if secret:
            words = words.replace(secret, "…")
    return f"{answer.status} {words[:_MAX_DETAIL]}".strip()


def _judge(answer: Answer, family: str) -> Verdict:
    status, body = answer.status, answer.body.lower()
    if status is None:
        return Verdict(Action.RETRY, _TRANSPORT.get(answer.transport, ReasonCode.PLATFORM_ANSWER_BROKEN))
    if status == 429 or (status == 403 and _is_rate_limit(answer, body)):
        return Verdict(Action.PAUSE, ReasonCode.RATE_LIMITED)
    if status >= 500:
        locked = family == ProductFamily.MOODLE and status == 500 and answer.step is Step.SCORE
        return Verdict(Action.RETRY, ReasonCode.GRADE_LOCKED if locked else ReasonCode.PLATFORM_ERROR)
    if status < 400 or status == 408:
        # A success that makes no sense, such as a page of HTML instead of results.
        return Verdict(Action.RETRY, ReasonCode.PLATFORM_ANSWER_BROKEN)
    if answer.step is Step.TOKEN:
        return _judge_token(answer.purpose, body)
    return _judge_refusal(answer.step, status, body, family)


def _is_rate_limit(answer: Answer, body: str) -> bool:
    try:
        empty = float(answer.rate_left) <= 0
    except ValueError:
        empty = False
    return empty or "rate limit exceeded" in body


def _judge_token(purpose: Step | None, body: str) -> Verdict:
    if "invalid_scope" in body:
        columns = purpose in (Step.LIST, Step.CREATE)
        missing = ReasonCode.SCOPE_LINE_ITEM_MISSING if columns else ReasonCode.SCOPE_SCORE_MISSING
        return Verdict(Action.PARK, missing)
    if any(phrase in body for phrase in _REMOVED):
        return Verdict(Action.PARK, ReasonCode.TOOL_REMOVED)
    return Verdict(Action.RETRY, ReasonCode.NOT_AUTHORISED)


def _judge_refusal(step: Step, status: int, body: str, family: str) -> Verdict:
    if status == 401:
        removed = any(phrase in body for phrase in _REMOVED)
        if removed:
            return Verdict(Action.PARK, ReasonCode.TOOL_REMOVED)
        return Verdict(Action.RETRY, ReasonCode.NOT_AUTHORISED)
    if step is Step.SCORE and (status == 409 or (status == 400 and any(phrase in body for phrase in _OLDER))):
        return Verdict(Action.READ_BACK, ReasonCode.TIMESTAMP_REFUSED)
    for phrase, action, reason in _PHRASES:
        if phrase in body:
            return Verdict(action, reason)
    if status == 404:
        return _judge_missing(step, body, family)
    if status == 412:
        return Verdict(Action.PARK, ReasonCode.COLUMN_OF_OTHER_REGISTRATION)
    if status == 403:
        return Verdict(Action.RETRY, ReasonCode.FORBIDDEN)
    refused = ReasonCode.SCORE_REFUSED if step in (Step.SCORE, Step.READ) else ReasonCode.COLUMN_REFUSED
    return Verdict(Action.PARK, refused)


def _judge_missing(step: Step, body: str, family: str) -> Verdict:
    """404: Canvas answers with an empty body for a deleted assignment, with words for a course outside its dates;
    Moodle names what is missing.
    """
    words = {ProductFamily.CANVAS: "specified resource does not exist", ProductFamily.MOODLE: "not found: course"}
    course = words.get(ProductFamily(family), "\0") in body
    if step in (Step.LIST, Step.CREATE) or course:
        return Verdict(Action.PARK, ReasonCode.COURSE_UNAVAILABLE)
    return Verdict(Action.COLUMN_GONE, ReasonCode.COLUMN_GONE)


def _words(body: str) -> str:
    try:
        return _words_of_json(json.loads(body))
    except (ValueError, RecursionError):
        return re.split(r"[{\[<]", body.strip(), maxsplit=1)[0] or _text_of_page(body)


def _words_of_json(found: object) -> str:
    if isinstance(found, str):
        return found
    if isinstance(found, list):
        return _words_of_json(found[0]) if found else ""
    if isinstance(found, dict):
        for name in _WORDS_OF_JSON:
            if name in found:
                return _words_of_json(found[name])
    return ""


def _text_of_page(body: str) -> str:
    title = re.search(r"<title>([^<]*)", body, re.IGNORECASE)
    return title.group(1) if title else ""
