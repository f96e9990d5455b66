"""Written parts: a short form or a project scope, checked by the rules of its content file."""

from collections.abc import Mapping
from dataclasses import dataclass

from lti_tool.content.catalog import FormActivity, ScopeTemplate
from lti_tool.content.rules import check_form, check_scope, scope_from_answers
from lti_tool.web.phrases import Phrase

WrittenPart = FormActivity | ScopeTemplate


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in one field, and what to do about it."""

    field: str
    says: str
    do: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Two versions of a text as one: `kept` is stored, `shown` stands in the form."""

    kept: dict[str, str]
    shown: dict[str, str]
    # Field id to the stored text, where both versions have one and they differ.
    others: dict[str, str]


def merge_answers(stored: Mapping[str, str], given: Mapping[str, str]) -> Merge:
    """Merge what a form sends into a newer stored version that the form has not seen: nobody's text is lost.

    Where one version is blank the other is taken; where both have text and differ, the stored one stays for now.
    """
    old = {field: text for field, text in stored.items() if text.strip()}
    new = {field: text for field, text in given.items() if text.strip()}
    others = {field: text for field, text in old.items() if field in new and new[field] != text}
    return Merge(kept={**new, **old}, shown={**old, **new}, others=others)


def check_written(part: WrittenPart, answers: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings in the order of the fields, at most one a field; none means accepted."""
    if isinstance(part, FormActivity):
        return tuple(Finding(it.field, it.says, it.do) for it in check_form(part, answers).findings)
    check = check_scope(scope_from_answers(answers), part.policy)
    findings = []
    for field in part.fields:
        if len(answers.get(field.id, "")) > field.max_length:
            says = Phrase("“%(field)s” is longer than %(count)s characters.", field=field.label, count=field.max_length)
            findings.append(Finding(field.id, says, Phrase("Shorten it to the main point.")))
        elif (found := check.find_finding(field.id)) is not None:
            findings.append(Finding(field.id, found.says, found.do))
    return tuple(findings)
