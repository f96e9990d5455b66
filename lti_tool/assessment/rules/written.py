"""Written parts: a short form or a project scope, checked by the rules of its content file."""

from collections.abc import Mapping
from dataclasses import dataclass

from lti_tool.content.catalog import FormActivity, ScopeTemplate
from lti_tool.content.rules import check_form, check_scope, scope_from_answers

WrittenPart = FormActivity | ScopeTemplate


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in one field, and what to do about it."""

    field: str
    says: str
    do: str


def check_written(part: WrittenPart, answers: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings in the order of the fields, at most one a field; none means accepted."""
    if isinstance(part, FormActivity):
        return tuple(Finding(it.field, it.says, it.do) for it in check_form(part, answers).findings)
    check = check_scope(scope_from_answers(answers), part.policy)
    findings = []
    for field in part.fields:
        if len(answers.get(field.id, "")) > field.max_length:
            says = f"“{field.label}” is longer than {field.max_length} characters."
            findings.append(Finding(field.id, says, "Shorten it to the main point."))
        elif (found := check.find_finding(field.id)) is not None:
            findings.append(Finding(field.id, found.says, found.do))
    return tuple(findings)
