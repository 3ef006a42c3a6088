"""What may be said of a call, cleaned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm

ACTS = ("open", "link", "unlink")


class CallForm(StrictForm):
    act = forms.ChoiceField(choices=[(each, each) for each in ACTS])
    call = forms.CharField(max_length=400)
    ticket = forms.IntegerField(label=_("受付番号"), min_value=1, max_value=2**62, required=False)
    day = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("act") == "link" and not cleaned.get("ticket") and "ticket" not in self.errors:
            self.add_error("ticket", _("この操作には必須です。"))
        return cleaned
