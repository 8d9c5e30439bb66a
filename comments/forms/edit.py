from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.urls import reverse

from comments.forms.comment import CommentForm
from crpsinfo.fields import DRAFT


class EditForm(forms.Form):
    """A new version of a comment, by its writer, with the same limits as the first. Starts from the version that waits
    already, if there is one."""

    text = CommentForm.base_fields["text"]
    name = CommentForm.base_fields["name"]
    hide = forms.BooleanField(
        required=False,
        label="Hide my comment meanwhile",
        help_text="Nobody sees the old version any more. The new one appears once it is approved.",
    )
    # What was there when the form was made; or when the draft was, if the browser kept one.
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"data-draft": ""}))
    proposed = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-draft": ""}))

    def __init__(self, data=None, *, comment):
        self.comment = comment
        self.proposal = getattr(comment, "proposal", None)
        self.latest = self.proposal or comment
        super().__init__(data, initial={"text": self.latest.text, "name": self.latest.author_name} | self.seen)
        if not comment.is_public:
            del self.fields["hide"]

    @property
    def draft_place(self):
        return f"comment {self.comment.pk}, edit"

    @property
    def helper(self):
        helper = FormHelper()
        helper.disable_csrf = True  # the key in the address protects it
        helper.form_action = reverse("edit-comment", args=[self.comment.receipt_key])
        helper.attrs = {"novalidate": ""}
        others = [name for name in ("name", "hide", "revision", "proposed") if name in self.fields]
        helper.layout = Layout("text", DRAFT, *others, HTML('{% include "comments/_help_shown.html" %}'))
        helper.add_input(Submit("", "Send the new version"))
        return helper

    def clean_name(self):
        """A name may have been kept for staff after this one was given."""
        name = self.cleaned_data["name"]
        return name if name == self.latest.author_name else CommentForm.clean_name(self)

    def clean(self):
        super().clean()
        if not self.errors and self.cleaned_data.get("hide") and not self.changes_something():
            text = "There is no new version to wait for. To take your comment off the page, take it back."
            self.add_error("hide", forms.ValidationError(text, code="nothing-new"))

    @property
    def seen(self):
        """What tells this version from the next."""
        proposed = self.proposal.proposed_at.isoformat() if self.proposal else ""
        return {"revision": self.comment.revision, "proposed": proposed}

    def is_new(self):
        """Whether the form, which is valid, says something else than the latest version."""
        typed = (self.cleaned_data["name"], self.cleaned_data["text"])
        return typed != (self.latest.author_name, self.latest.text)

    def changes_something(self):
        """The same, or whether a version that waits already is to hide the one that readers see."""
        return self.is_new() or bool(self.proposal and self.cleaned_data.get("hide"))

    def is_stale(self):
        """Whether what the form says is news was written without knowing the latest version."""
        known = {name: self.cleaned_data[name] for name in self.seen if name in self.data}
        return self.is_new() and any(value not in (None, self.seen[name]) for name, value in known.items())

    def see_the_latest(self):
        """Sent again as it stands, the text replaces what is there now."""
        self.data = self.data.copy()
        for name, value in self.seen.items():
            self.data[name] = value

    def save(self):
        """Call after `is_valid`. Raises Conflict."""
        given = self.cleaned_data
        self.comment.edit(given["name"], given["text"], hide=given.get("hide", False), seen=given["revision"])
