from django import forms


class ToldForm(forms.ModelForm):
    """Of a row with facts that readers may have told: what somebody changes in it is an editor's word."""

    def save(self, commit=True):
        self.instance.told_by_editor(self.changed_data)
        return super().save(commit)
