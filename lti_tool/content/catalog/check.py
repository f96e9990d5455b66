"""Knowledge checks."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question; every option says why it is right or wrong. Both texts are inline."""

    id: str
    text_html: Markup
    explanation_html: Markup
    is_right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One item of a knowledge check, with exactly one right option. The stem is inline."""

    id: str
    lesson: str
    outcome: str
    stem_html: Markup
    options: tuple[Option, ...]

    @property
    def right_option(self) -> Option:
        """The key."""
        return next(option for option in self.options if option.is_right)

    def find_option(self, option_id: str | None) -> Option | None:
        """The option of that id, if this question has it."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Check:
    """A knowledge check: each try draws `draw` questions from the pool."""

    id: str
    title: str
    minutes: int
    points: int
    intro_html: Markup
    draw: int
    pass_percent: int
    tries: int
    questions: tuple[Question, ...]

    def find_question(self, question_id: str) -> Question | None:
        """The question of that id, if the pool still has it."""
        return next((question for question in self.questions if question.id == question_id), None)
