"""What an author reads about content that can be used as it is, but should be better."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark says what is wrong and what to do; one that `is_error` must be mended before the content is used.

    `about` is the part that it is about: "module", "lesson", "check", "question", "activity", "artefact", "exemplar",
    with the part's id: an exemplar's is its level, a module's is that of an outcome or source, or "". `near` are words
    that stand at the place, where there are some.
    """

    is_error: bool
    about: str
    id: str
    says: str
    near: str = ""
