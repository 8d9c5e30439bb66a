from django import forms


class MailChoicesForm(forms.Form):
    """Which mails a writer wants. Nothing can be wrong with it: what is not ticked is not wanted."""

    decision = forms.BooleanField(required=False, label="When it is published, or not")
    replies = forms.BooleanField(required=False, label="When somebody replies to it (one mail an hour at most)")

    @classmethod
    def of(cls, comment):
        """As it is now."""
        return cls(initial={"decision": comment.mail_decision, "replies": comment.mail_replies})

    def save(self, comment):
        """Call after `is_valid`."""
        comment.choose_mails(**self.cleaned_data)
