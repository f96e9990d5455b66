"""The base of all forms: WTForms with a CSRF token that belongs to the visit.

Flask's session cookie may be blocked inside a frame, so nothing here depends on it.
"""

from typing import Any

from markupsafe import Markup
from wtforms import Form
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from lti_tool.web.guard import form_token, is_form_token
from lti_tool.web.language import say
from lti_tool.web.phrases import Phrase


class VisitCSRF(CSRF):
    """Signs forms with the visit; the guard has checked the same token before any view runs."""

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """The token of the current visit."""
        return form_token()

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        """Refuse a form that was not made in this visit."""
        if not is_form_token(field.data or ""):
            raise ValidationError(say(Phrase("This form is no longer valid. Reload the page and try again.")))


class VisitForm(Form):
    """Base of every form inside a visit: `XForm(request.form)`, then `validate()`."""

    class Meta:
        """WTForms settings."""

        csrf = True
        csrf_class = VisitCSRF
        csrf_field_name = "csrf_token"

    csrf_token: Any


class VisitToken:
    """A form that is only a button: it has the token and no field, so it costs no form."""

    @property
    def csrf_token(self) -> Markup:
        """The hidden field."""
        return Markup('<input name="csrf_token" type="hidden" value="{}">').format(form_token())
