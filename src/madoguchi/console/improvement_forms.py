"""What is typed on the pages of improvements and problems, cleaned. Nothing is saved here."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices, whole_number
from madoguchi.contracts.access import Access
from madoguchi.core.works_vocabulary import ImprovementKind
from madoguchi.desk.models import Category
from madoguchi.people.typed import narrow_digits

MINUTES = 100_000
AREA = forms.Textarea(attrs={"rows": 4})


class ProposalForm(StrictForm):
    title = forms.CharField(label=_("題名"), max_length=200)
    kind = forms.ChoiceField(label=_("種類"), choices=choices(ImprovementKind))
    ground = forms.CharField(label=_("根拠"), max_length=5_000, widget=AREA)
    category = forms.ModelChoiceField(
        label=_("対象の分類"), queryset=Category.objects.none(), to_field_name="key", required=False
    )
    cost = forms.IntegerField(label=_("費用（円）"), min_value=0, max_value=10**12, initial=0)
    minutes_before = forms.IntegerField(label=_("現在の1件あたりの分数"), min_value=0, max_value=MINUTES)
    minutes_after = forms.IntegerField(label=_("実施後の1件あたりの分数"), min_value=0, max_value=MINUTES)
    expected_minutes_per_week = forms.IntegerField(
        label=_("見込む効果（週あたりの分数）"), min_value=-MINUTES, max_value=MINUTES
    )

    def __init__(self, *arguments: Any, access: Access, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = Category.objects.filter(contract=access.contract).order_by("name")


class ImprovementActForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[(each, "") for each in ("approve", "refuse", "done", "review")])
    reason = forms.CharField(label=_("理由"), max_length=2_000, required=False)
    weeks = forms.IntegerField(label=_("前後の週数"), min_value=1, max_value=26, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("act") == "review" and cleaned.get("weeks") is None and "weeks" not in self.errors:
            self.add_error("weeks", _("この操作には必須です。"))
        return cleaned


class ProblemForm(StrictForm):
    title = forms.CharField(label=_("題名"), max_length=200)
    tickets = forms.CharField(label=_("受付番号（空白で区切る）"), max_length=2_000)

    def clean_tickets(self) -> list[int]:
        given = [
            whole_number(each) for each in re.split(r"[\s,、]+", narrow_digits(self.cleaned_data["tickets"])) if each
        ]
        numbers = [each for each in given if each is not None]
        if len(numbers) < len(given) or not numbers:
            raise forms.ValidationError(_("受付番号を数字で入力してください。"))
        return numbers


class ProblemTextForm(StrictForm):
    cause = forms.CharField(label=_("原因"), max_length=5_000, required=False, widget=AREA)
    workaround = forms.CharField(label=_("暫定対応"), max_length=5_000, required=False, widget=AREA)
    permanent_fix = forms.CharField(label=_("恒久対応"), max_length=5_000, required=False, widget=AREA)
    preventive_action = forms.CharField(label=_("再発防止策"), max_length=5_000, required=False, widget=AREA)
