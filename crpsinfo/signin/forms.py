import re

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm

from crpsinfo.signin.devices import Refused, use_code

APP_CODE = re.compile(r"[0-9]{6}")
ANY_CODE = re.compile(r"[0-9]{6}|[a-z2-7]{8}")


class PasswordForm(AdminAuthenticationForm):
    def clean(self):
        """A name longer than any is nobody's; the rows that count failures could not hold it."""
        if len(self.cleaned_data.get("username", "")) > self.fields["username"].max_length:
            raise self.get_invalid_login_error()
        return super().clean()


class CodeForm(forms.Form):
    """Asks for a code of the app. Blanks and hyphens in it do not matter."""

    shape, shape_in_words = APP_CODE, "Type the six digits that your app shows."
    code = forms.CharField(
        label="Code from your app",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": shape_in_words},
    )

    def focused(self):
        """The form, with the cursor in it when the page opens."""
        self.fields["code"].widget.attrs["autofocus"] = True
        return self

    def clean_code(self):
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"]).lower()
        if not self.shape.fullmatch(code):
            raise forms.ValidationError(self.shape_in_words, code="shape")
        return code

    def spend(self, user, use=use_code):
        """The device that the code belongs to, of this user; `use` uses the code up. None if the form is not valid or
        the code does not count: then the form says why."""
        if not self.is_valid():
            return None
        try:
            return use(user, self.cleaned_data["code"])
        except Refused as refused:
            self.add_error("code", refused)
            return None


class AnyCodeForm(CodeForm):
    """The same, for where a recovery code will do, too."""

    shape, shape_in_words = ANY_CODE, "A code of the app has six digits; a recovery code, eight letters and digits."
    code = forms.CharField(
        label="Code from your app, or a recovery code",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": shape_in_words},
    )
