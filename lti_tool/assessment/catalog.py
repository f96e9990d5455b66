"""Plain values that the files of this package hand to each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Learner:
    """A person in a course, by the ids of our tables: whose work something is."""

    context_id: int
    user_id: int


def module_activity(module_id: str) -> str:
    """The activity of a module's result; also tag and `resourceId` of its gradebook column."""
    return f"module:{module_id}"


def check_activity(module_id: str) -> str:
    """The activity of a module's knowledge check, which has no column of its own."""
    return f"check:{module_id}"
