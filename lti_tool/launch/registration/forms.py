"""What a platform appends to the registration link, and what the page sends back."""

from wtforms import Form, HiddenField
from wtforms.validators import Length


class RegisterForm(Form):
    """All of it travels in the form: the page works without cookies. The invitation is the secret that lets it in,
    so there is no session to protect against forged requests.
    """

    openid_configuration = HiddenField(validators=[Length(max=4000)])
    registration_token = HiddenField(validators=[Length(max=8000)])
