"""The form on which somebody picks what to add."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from lti_tool.launch.deep_linking.rules import Choice
from lti_tool.web.forms import VisitForm

_EMPTY = "Choose at least one."


class _PickForm(VisitForm):
    picked: Any
    with_columns = BooleanField("Add a gradebook column for each", default=True)


class PickOneForm(_PickForm):
    """Where the platform takes one item."""

    picked = RadioField("What to add", validators=[DataRequired("Choose one.")])


class PickManyForm(_PickForm):
    """Where the platform takes several."""

    picked = SelectMultipleField(
        "What to add",
        validators=[DataRequired(_EMPTY)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def make_pick_form(data: Any, choices: list[Choice], *, many: bool) -> PickOneForm | PickManyForm:
    """The form for this platform, with what can be picked."""
    form: PickOneForm | PickManyForm = PickManyForm(data) if many else PickOneForm(data)
    form.picked.choices = [(choice.key, choice.title) for choice in choices]
    return form


def list_picked(form: PickOneForm | PickManyForm, choices: list[Choice]) -> list[Choice]:
    """What was picked, in the order of the programme."""
    data = form.picked.data
    keys = {data} if isinstance(data, str) else set(data or ())
    return [choice for choice in choices if choice.key in keys]


class EmptyForm(VisitForm):
    """A button alone."""
