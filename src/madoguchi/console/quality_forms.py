"""What may be typed about a month, cleaned. Nothing is saved here."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm

EXPLANATION = "explanation-"
TEXT = forms.Textarea(attrs={"rows": 3})


class SubmitForm(StrictForm):
    """Submit a month: a comment, why it is corrected, and a reason for each figure that was missed."""

    comment = forms.CharField(label=_("主管課への連絡"), max_length=5_000, required=False, widget=TEXT)
    why = forms.CharField(label=_("訂正の理由"), max_length=2_000, required=False, widget=TEXT)

    def __init__(self, *arguments: Any, missed: Sequence[str], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        for indicator in missed:
            self.fields[f"{EXPLANATION}{indicator}"] = forms.CharField(max_length=2_000, required=False)

    def explanations(self) -> dict[str, str]:
        return {
            name.removeprefix(EXPLANATION): str(text)
            for name, text in self.cleaned_data.items()
            if name.startswith(EXPLANATION)
        }


class DecideForm(StrictForm):
    decision = forms.ChoiceField(label=_("判断"), choices=[("approve", ""), ("return", "")])
    revision = forms.IntegerField(label=_("版"), min_value=1, max_value=2**31 - 1)
    comment = forms.CharField(label=_("主管課の意見"), max_length=5_000, required=False, widget=TEXT)
