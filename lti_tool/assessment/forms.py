"""Forms made from content files: one field for each item, and nothing that a file does not name."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from markupsafe import Markup, escape
from wtforms import BooleanField, Field, FileField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from lti_tool.assessment.rules import Asked, WrittenPart
from lti_tool.content.catalog import (
    Artefact,
    FieldInput,
    MarkActivity,
    RankActivity,
    RankItem,
    RecordActivity,
    RewriteActivity,
    ScaleActivity,
    SortActivity,
)
from lti_tool.content.catalog import Field as ContentField
from lti_tool.rubrics.catalog import LEVEL_NAMES, LEVELS, Criterion, Rubric
from lti_tool.web.forms import VisitForm
from lti_tool.web.language import say
from lti_tool.web.phrases import Phrase

# Field names are prefixed, since an id such as "data" would hide an attribute of the form.
_PREFIX = "answer-"
_TICKED = "1"
FILE_FIELD = "file"


class AnswerForm(VisitForm):
    """A form whose fields are the items of a content file; answers are item id to text."""

    def answer(self, item_id: str) -> Field:
        """The field of an item."""
        return self[_PREFIX + item_id]

    @property
    def answers(self) -> dict[str, str]:
        """What was given: texts as typed, ids of choices, "1" for a tick; what was left out is missing."""
        found = {}
        for name, field in self._fields.items():
            text = _TICKED if field.data is True else field.data
            if name.startswith(_PREFIX) and isinstance(text, str) and text:
                found[name.removeprefix(_PREFIX)] = _clean(text)
        return found

    def blame(self, item_id: str, words: str) -> None:
        """Put an error at an item."""
        self.answer(item_id).errors = [words]

    def blame_file(self, words: str) -> None:
        """Put an error at the file."""
        self[FILE_FIELD].errors = [words]


class _GivenFileField(FileField):
    """Only drawn: the file itself never stands among the answers."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take nothing."""


def blame_two_texts(form: AnswerForm, fields: Iterable[ContentField], others: Collection[str]) -> None:
    """Say at each field that another window has written something else there."""
    for field in fields:
        if field.id in others:
            form.blame(
                field.id,
                say(
                    Phrase(
                        "“%(field)s” has two versions. Keep what you want in this field, then save again.",
                        field=field.label,
                    )
                ),
            )


def read_form(kind: type[AnswerForm], posted: Any) -> AnswerForm:
    """The form as it was posted; the guard has checked its token."""
    return kind(posted)


def fill_form(kind: type[AnswerForm], answers: Mapping[str, str]) -> AnswerForm:
    """The form with answers that were saved before."""
    data: dict[str, object] = {}
    for name in kind.names:  # type: ignore[attr-defined]
        text = answers.get(name)
        if text is not None:
            data[_PREFIX + name] = text
    return kind(None, data=data)


def written_form(part: WrittenPart | Artefact) -> type[AnswerForm]:
    """The form of a written part: short texts, longer texts, numbers and dates, all read as text; and a file."""
    if not isinstance(part, Artefact):
        return _make({field.id: _text_field(field) for field in part.fields})
    form = _make({field.id: _text_field(field) for field in part.text_fields})
    if part.file_field is not None:
        form = type("FileForm", (form,), {FILE_FIELD: _GivenFileField(part.file_field.label)})
    return form


def sort_form(activity: SortActivity) -> type[AnswerForm]:
    """One choice of pile for each statement."""
    choices = [(choice.id, choice.label) for choice in activity.choices]
    return _make({item.id: _radio_field(item.text_html, choices) for item in activity.items})


def mark_form(activity: MarkActivity) -> type[AnswerForm]:
    """One tick for each part of the document."""
    return _make({part.id: BooleanField(part.text_html) for part in activity.parts})


def rank_form(activity: RankActivity, shown: Iterable[RankItem]) -> type[AnswerForm]:
    """One choice of place for each item, in the order in which they are `shown`."""
    places = [SelectChoice("", "–")]
    places += [SelectChoice(str(place), str(place)) for place in range(1, len(activity.items) + 1)]
    return _make({item.id: SelectField(item.text_html, choices=places, validate_choice=False) for item in shown})


def rewrite_form(_activity: RewriteActivity) -> type[AnswerForm]:
    """One text."""
    return _make({"text": TextAreaField(say(Phrase("Your version")))})


def scale_form(activity: ScaleActivity) -> type[AnswerForm]:
    """A goal and a text for each level."""
    levels = {level.field: TextAreaField(f"{level.value:+d}: {level.label}") for level in activity.levels}
    return _make({"goal": TextAreaField(say(Phrase("Your goal"))), **levels})


def record_form(activity: RecordActivity) -> type[AnswerForm]:
    """A tick for each thing to listen for, and a note."""
    ticks = {point.id: BooleanField(point.text_html) for point in activity.review}
    return _make({**ticks, "note": TextAreaField(say(Phrase("What I change next time")))})


def rating_form(rubric: Rubric) -> type[AnswerForm]:
    """One choice of level for each criterion, in the words of the rubric."""
    return _make({it.id: _radio_field(escape(it.title), _levels(it)) for it in rubric.criteria})


def _levels(criterion: Criterion) -> list[tuple[str, str | Markup]]:
    words = Markup("<strong>{} {}</strong>: {}")
    return [(str(level), words.format(level, LEVEL_NAMES[level], criterion.describe(level))) for level in LEVELS]


def try_form(asked: Asked) -> type[AnswerForm]:
    """One choice of option for each question, in the order of this try."""
    fields = {}
    for number, question in enumerate(asked.questions, start=1):
        options = [(option.id, option.text_html) for option in question.options]
        fields[question.id] = _radio_field(Markup("{}. {}").format(number, question.stem_html), options)
    return _make(fields)


class SignForm(VisitForm):
    """The tick under a statement."""

    agree = BooleanField()


class DecisionForm(VisitForm):
    """Approve, or send back with words."""

    verdict = RadioField(
        "What do you decide?",
        choices=[
            SelectChoice("approved", "Approve it: this is ready for a real host"),
            SelectChoice("returned", "Send it back for another version"),
        ],
        validators=[InputRequired("Choose one of the two.")],
    )
    note = TextAreaField(
        "What the student reads",
        filters=[lambda text: _clean(text or "")],
        validators=[Length(max=4000, message="Up to 4,000 characters.")],
    )

    def validate_note(self, field: Field) -> None:
        """Work that comes back says why."""
        if self.verdict.data == "returned" and not (field.data or "").strip():
            raise ValidationError("Say in a sentence or two what to change, so that the next version is better.")


class StoryForm(VisitForm):
    """The buttons of a scene; only its token is checked here."""


def shows_as_date(text: str | None) -> bool:
    """Whether a date input can show this text: it hides everything that is no date."""
    if not text:
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _make(fields: Mapping[str, Any]) -> type[AnswerForm]:
    members = {_PREFIX + item_id: field for item_id, field in fields.items()}
    return type("ContentForm", (AnswerForm,), {**members, "names": tuple(fields)})


def _text_field(field: ContentField) -> Any:
    return (TextAreaField if field.input is FieldInput.TEXTAREA else StringField)(field.short_label)


def _radio_field(label: Markup, choices: Iterable[tuple[str, str | Markup]]) -> Any:
    return RadioField(label, choices=[SelectChoice(value, text) for value, text in choices])


def _clean(text: str) -> str:
    # A NUL cannot be stored by PostgreSQL; browsers send line ends as CRLF.
    return text.replace("\x00", "").replace("\r\n", "\n").strip()
