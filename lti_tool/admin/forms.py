"""Forms of career staff."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from lti_tool.web.forms import VisitForm


class StaffCodeForm(VisitForm):
    """The one-time code that an operator handed over."""

    code = StringField(
        "Staff code",
        validators=[
            DataRequired("Enter the code that you were given."),
            Length(max=100, message="A staff code has 16 letters and digits."),
        ],
    )


class ButtonForm(VisitForm):
    """A button alone."""
