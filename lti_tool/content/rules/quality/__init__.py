"""How good a module is, as far as a machine can see: reading level, size, key of the check, what nobody uses.

None of it keeps the tool from starting: a sentence that became too long must not take a course down.
"""

from collections.abc import Iterable

from lti_tool.content.catalog import Module, Remark
from lti_tool.content.rules.quality.check import review_check
from lti_tool.content.rules.quality.text import review_reading, review_size

__all__ = ["review_check", "review_module", "review_reading", "review_size"]

# Those that are judged are seen at their levels.
_EXEMPLAR_LEVELS = (2, 3, 4)
_FEWEST_ACTIVITIES = 2
# The annotations of an exemplar come to about its level.
_LEVEL_SLACK = 0.75


def review_module(module: Module) -> tuple[Remark, ...]:
    """Everything that there is to say about a module, the parts in their order."""
    return (
        *_review_frame(module),
        *review_reading(module),
        *review_size(module),
        *review_check(module),
        *_review_exemplars(module),
    )


def _review_frame(module: Module) -> Iterable[Remark]:
    taught = {name for lesson in module.lessons for name in lesson.outcomes}
    for outcome in module.outcomes:
        if outcome.id not in taught:
            reason = f"no lesson has the outcome “{outcome.id}”; name it in a lesson's “outcomes”, or remove it"
            yield Remark(False, "module", outcome.id, reason)
    cited = {name for lesson in module.lessons for name in lesson.sources}
    for source in module.sources:
        if source.id not in cited:
            reason = f"no lesson cites the source “{source.id}”; name it in a lesson's “sources”, or remove it"
            yield Remark(False, "module", source.id, reason)
    if len(module.activities) < _FEWEST_ACTIVITIES:
        reason = (
            f"there are {len(module.activities)} activities; students learn by doing, so write {_FEWEST_ACTIVITIES} at "
            "least (modules/README.md shows every kind)"
        )
        yield Remark(False, "module", "", reason)


def _review_exemplars(module: Module) -> Iterable[Remark]:
    if module.artefact is None:
        return
    found = [exemplar.level for exemplar in module.artefact.exemplars]
    for level in _EXEMPLAR_LEVELS:
        if found.count(level) != 1:
            reason = (
                f"there are {found.count(level)} exemplars at level {level}; write one: exemplars/level-{level}.yaml"
            )
            yield Remark(False, "artefact", module.artefact.id, reason)
    for exemplar in module.artefact.exemplars:
        levels = [it.level for it in exemplar.annotations]
        if levels and abs(sum(levels) / len(levels) - exemplar.level) > _LEVEL_SLACK:
            reason = (
                f"the annotations come to {sum(levels) / len(levels):.1f}, which is not about level {exemplar.level}; "
                "change the levels or the text"
            )
            yield Remark(False, "exemplar", str(exemplar.level), reason)
