"""The scope check: can somebody start, finish and be paid for this project."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from lti_tool.content.catalog import Scope, ScopeFault, ScopeField, ScopePolicy, ScopeWords

# Openings that stand before the verb: "the student will build …", "we need someone to help …".
_OPENING = re.compile(
    r"^(?:(?:please|to|will|should|would|can|could|shall|must|also|just|mainly|generally)\b"
    r"|(?:you|i|we|he|she|they|the (?:student|intern|micro-intern))"
    r"(?= (?:will|should|would|can|could|shall|must|need|needs|want|wants|am|are|is|to)\b)"
    r"|(?:need|needs|want|wants)(?: (?:someone|somebody|a student|an intern|you))?(?= to\b)"
    r"|(?:am|are|is) going(?= to\b)) "
)
_AFTER_VERB = "with|the|our|your|their|my|a|an|in|on|for|to|us|them|con|el|la|los|las|al|en|para|su|sus"
_HOURS = re.compile(r"^(\d{1,4}(?:[.,]\d{1,2})?) ?(?:h|hr|hrs|hours?|horas?)?$")
# First words of duties: helping, ayudando, escribiendo.
_DUTY_ENDINGS = ("ing", "ando", "iendo")
_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class ScopeFinding:
    """One fault of a scope: the field, one plain sentence, and what to do."""

    field: ScopeField
    fault: ScopeFault
    says: str
    do: str


@dataclass(frozen=True, slots=True)
class ScopeCheck:
    """The findings in the order of the fields; none means that the scope is accepted."""

    findings: tuple[ScopeFinding, ...]

    @property
    def is_accepted(self) -> bool:
        """Nothing is missing or wrong."""
        return not self.findings

    def find_finding(self, field: str) -> ScopeFinding | None:
        """The finding about that field, if there is one (a field has at most one)."""
        return next((finding for finding in self.findings if finding.field == field), None)


_Fault = tuple[ScopeField, ScopeFault, str]


def scope_from_answers(answers: Mapping[str, str]) -> Scope:
    """The scope in a posted form (field id to text); unknown fields are ignored."""
    return Scope(**{field.value: answers.get(field.value, "") for field in ScopeField})


def check_scope(scope: Scope, policy: ScopePolicy) -> ScopeCheck:
    """Decide what a project scope lacks under the institution's policy; at most one finding a field."""
    faults: list[_Fault] = []
    faults += _task_faults(scope.task, policy)
    faults += _deliverable_faults(scope.deliverable, policy.words)
    faults += _hours_faults(scope.hours, policy)
    faults += _date_faults(scope, policy)
    faults += _supervisor_faults(scope.supervisor, policy.words)
    faults += _feedback_faults(scope, policy.words)
    faults += _pay_faults(scope.pay, policy.words)
    order = list(ScopeField)
    faults.sort(key=lambda fault: order.index(fault[0]))
    return ScopeCheck(tuple(_advise(fault, policy) for fault in faults))


def _advise(found: _Fault, policy: ScopePolicy) -> ScopeFinding:
    field, fault, word = found
    advice = policy.advice[fault]
    facts = {
        "word": shorten(word, 60, placeholder=" …"),
        "min_hours": policy.min_hours,
        "max_hours": policy.max_hours,
        "max_hours_per_day": policy.max_hours_per_day,
        "max_weeks": policy.max_weeks,
        "min_task_words": policy.min_task_words,
    }
    return ScopeFinding(field, fault, advice.says.format_map(facts), advice.do.format_map(facts))


def _task_faults(text: str, policy: ScopePolicy) -> Iterator[_Fault]:
    words = policy.words
    plain = _after_opening(_plain(text), words)
    vague = _starting_phrase(plain, words.vague_verbs)
    open_ended = _contained_phrase(plain, words.open_ended)
    if _is_blank(plain, words):
        yield ScopeField.TASK, ScopeFault.TASK_MISSING, ""
    elif vague:
        yield ScopeField.TASK, ScopeFault.TASK_VAGUE, vague
    elif open_ended:
        yield ScopeField.TASK, ScopeFault.TASK_OPEN_ENDED, open_ended
    elif len(plain.split()) < policy.min_task_words:
        yield ScopeField.TASK, ScopeFault.TASK_SHORT, plain


def _deliverable_faults(text: str, words: ScopeWords) -> Iterator[_Fault]:
    plain = _after_opening(_plain(text), words)
    if _is_blank(plain, words):
        yield ScopeField.DELIVERABLE, ScopeFault.DELIVERABLE_MISSING, ""
        return
    duty = _contained_phrase(plain, words.open_ended)
    vague = _starting_phrase(plain, words.vague_verbs)
    if not duty and _contained_phrase(plain, words.things):
        # "Support guide for new members" is a thing, "support with the guide" is a duty.
        duty = vague if re.match(rf"\S+ (?:{_AFTER_VERB})\b", plain) else ""
    elif not duty:
        first = plain.split()[0]
        duty = vague or (first if first.endswith(_DUTY_ENDINGS) else _contained_phrase(plain, words.duty_nouns))
    if duty:
        yield ScopeField.DELIVERABLE, ScopeFault.DELIVERABLE_DUTY, plain


def _hours_faults(text: str, policy: ScopePolicy) -> Iterator[_Fault]:
    plain = _plain(text)
    hours = _read_hours(text)
    if _is_blank(plain, policy.words):
        yield ScopeField.HOURS, ScopeFault.HOURS_MISSING, ""
    elif hours is None:
        yield ScopeField.HOURS, ScopeFault.HOURS_UNREADABLE, plain
    elif hours < policy.min_hours:
        yield ScopeField.HOURS, ScopeFault.HOURS_TOO_FEW, plain
    elif hours > policy.max_hours:
        yield ScopeField.HOURS, ScopeFault.HOURS_TOO_MANY, plain


def _date_faults(scope: Scope, policy: ScopePolicy) -> Iterator[_Fault]:
    start, end = _read_date(scope.start), _read_date(scope.end)
    if _is_blank(_plain(scope.start), policy.words):
        yield ScopeField.START, ScopeFault.START_MISSING, ""
    elif start is None:
        yield ScopeField.START, ScopeFault.START_UNREADABLE, _plain(scope.start)
    if _is_blank(_plain(scope.end), policy.words):
        yield ScopeField.END, ScopeFault.END_MISSING, ""
    elif end is None:
        yield ScopeField.END, ScopeFault.END_UNREADABLE, _plain(scope.end)
    elif start is not None:
        yield from _span_faults(start, end, _read_hours(scope.hours), policy)


def _span_faults(start: date, end: date, hours: float | None, policy: ScopePolicy) -> Iterator[_Fault]:
    days = (end - start).days + 1
    if end <= start:
        yield ScopeField.END, ScopeFault.END_NOT_AFTER_START, ""
    elif days > 7 * policy.max_weeks + 1:
        yield ScopeField.END, ScopeFault.END_TOO_FAR, ""
    elif hours is not None and days * policy.max_hours_per_day < hours <= policy.max_hours:
        yield ScopeField.END, ScopeFault.HOURS_DO_NOT_FIT, str(days)


def _supervisor_faults(text: str, words: ScopeWords) -> Iterator[_Fault]:
    plain = _plain(text)
    if _is_blank(plain, words):
        yield ScopeField.SUPERVISOR, ScopeFault.SUPERVISOR_MISSING, ""
    elif all(word in words.nobody for word in re.findall(r"[\w'-]+", plain)):
        yield ScopeField.SUPERVISOR, ScopeFault.SUPERVISOR_UNNAMED, plain


def _feedback_faults(scope: Scope, words: ScopeWords) -> Iterator[_Fault]:
    feedback, start, end = _read_date(scope.feedback), _read_date(scope.start), _read_date(scope.end)
    if _is_blank(_plain(scope.feedback), words):
        yield ScopeField.FEEDBACK, ScopeFault.FEEDBACK_MISSING, ""
    elif feedback is None:
        yield ScopeField.FEEDBACK, ScopeFault.FEEDBACK_UNREADABLE, _plain(scope.feedback)
    elif (start is not None and feedback < start) or (end is not None and feedback > end):
        yield ScopeField.FEEDBACK, ScopeFault.FEEDBACK_OUTSIDE, ""


def _pay_faults(text: str, words: ScopeWords) -> Iterator[_Fault]:
    plain = _plain(text)
    hourly = "" if _contained_phrase(plain, words.fixed_pay) else _contained_phrase(plain, words.hourly_pay)
    has_amount = re.search(r"[1-9]", plain) is not None
    award = _contained_phrase(plain, words.awards)
    says_none = "0" in plain or _contained_phrase(plain, words.no_pay)
    if says_none and not has_amount and not award:
        yield ScopeField.PAY, ScopeFault.PAY_NONE, ""
    elif _is_blank(plain, words):
        yield ScopeField.PAY, ScopeFault.PAY_MISSING, ""
    elif hourly:
        yield ScopeField.PAY, ScopeFault.PAY_HOURLY, hourly
    elif not has_amount and not award:
        yield ScopeField.PAY, ScopeFault.PAY_UNCLEAR, ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).rstrip(".!;, ")


def _after_opening(plain: str, words: ScopeWords) -> str:
    while True:
        match = _OPENING.match(plain)
        opening = (
            match.group() if match else next((f"{it} " for it in words.openings if plain.startswith(f"{it} ")), "")
        )
        if not opening:
            return plain
        plain = plain.removeprefix(opening)


def _is_blank(plain: str, words: ScopeWords) -> bool:
    return not re.search(r"\w", plain) or plain in words.blanks


def _starting_phrase(plain: str, phrases: Sequence[str]) -> str:
    """The phrase the text begins with, its first word in any form (help, helps, helping), or ''."""
    for phrase in phrases:
        first, _, rest = phrase.partition(" ")
        forms = rf"(?:{re.escape(first)}(?:s|es|ed|ing)?|{re.escape(first.removesuffix('e'))}ing)"
        tail = rf" {re.escape(rest)}" if rest else ""
        if re.match(rf"{forms}{tail}(?![\w-])", plain):
            return phrase
    return ""


def _contained_phrase(plain: str, phrases: Sequence[str]) -> str:
    """The first of the phrases, singular or plural, that the text holds as whole words, or ''."""
    for phrase in phrases:
        before = r"(?<!\w)" if phrase[0].isalnum() else ""
        if re.search(rf"{before}{re.escape(phrase)}(?:s|es)?(?!\w)", plain):
            return phrase
    return ""


def _read_hours(text: str) -> float | None:
    match = _HOURS.match(_plain(text))
    return float(match[1].replace(",", ".")) if match else None


def _read_date(text: str) -> date | None:
    if not _ISO_DATE.match(text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
