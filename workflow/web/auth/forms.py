"""The forms of signing in, passwords and capacities.

What is right in them is decided in `workflow/actions/accounts.py`.
"""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField
from wtforms.validators import EqualTo, InputRequired

from workflow.web.forms import DoorForm

_NEEDED = _("This cannot be empty.")


class SignInForm(FlaskForm):
    """Address and password, where one wanted to go, and a form that waits for it (`workflow/web/kept.py`)."""

    email = EmailField(
        _("E-mail address"),
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"), [InputRequired(_NEEDED)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()
    kept = HiddenField()


class ForgottenForm(FlaskForm):
    """The address to which a link for a new password goes."""

    email = EmailField(
        _("E-mail address"),
        [InputRequired(_NEEDED)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class NewPasswordForm(DoorForm):
    """A new password, twice."""

    password = PasswordField(
        _("New password"), [InputRequired(_NEEDED)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _("The same again"),
        [EqualTo("password", _("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(DoorForm):
    """The present password and a new one, twice."""

    old = PasswordField(
        _("Present password"), [InputRequired(_NEEDED)], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        _("New password"), [InputRequired(_NEEDED)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _("The same again"),
        [EqualTo("new", _("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )


class CapacityForm(FlaskForm):
    """The appointment to act in, out of those the person holds."""

    appointment = RadioField(_("Act as"), [InputRequired(_("Choose one."))], coerce=int, validate_choice=True)
    next = HiddenField()
