"""What is typed when a decision is asked for or given, cleaned. Nothing is saved here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm


class NewDecisionForm(StrictForm):
    subject = forms.CharField(label=_("件名"), max_length=200)
    question = forms.CharField(
        label=_("判断してほしいこと"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    options = forms.CharField(label=_("選択肢（1行に1個）"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
    recommended = forms.IntegerField(label=_("推奨する選択肢の番号"), min_value=1, max_value=100, initial=1)
    evidence = forms.CharField(
        label=_("根拠・資料"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_options(self) -> list[str]:
        return [each.strip() for each in self.cleaned_data["options"].splitlines() if each.strip()]


class DecisionActForm(StrictForm):
    """An answer, a wait for others or its end, or keeping the decision as a criterion."""

    REQUIRED = {"answer": "choice", "wait": "whom", "criterion": "title"}
    act = forms.ChoiceField(
        label=_("操作"), choices=[(each, "") for each in ("answer", "wait", "resume", "criterion")], required=False
    )
    choice = forms.IntegerField(label=_("選択肢"), min_value=0, max_value=100, required=False)
    answer = forms.CharField(label=_("申し送り"), max_length=2_000, required=False)
    whom = forms.CharField(label=_("待つ相手"), max_length=120, required=False)
    title = forms.CharField(label=_("判断基準の題名"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "act" not in self.errors:
            # the buttons of the options carry only which one it is
            cleaned["act"] = cleaned.get("act") or "answer"
            name = self.REQUIRED.get(cleaned["act"])
            if name and cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("この操作には必須です。"))
        return cleaned
