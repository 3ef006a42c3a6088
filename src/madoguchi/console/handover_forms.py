"""Forms of the handover and of the personal data's end."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm
from madoguchi.core.handover_vocabulary import KeptKind, Party
from madoguchi.people.languages import is_japanese
from madoguchi.people.models import Person

LONGEST = 400


class ConfirmForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("confirm", ""), ("take_back", "")])
    item = forms.SlugField(label=_("項目"), max_length=60)
    party = forms.ChoiceField(label=_("当事者"), choices=[(each.value, "") for each in Party])
    comment = forms.CharField(label=_("次期受託者の確認者と日付"), max_length=LONGEST, required=False)


class FileForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("erase", ""), ("keep", "")])
    reason = forms.CharField(label=_("理由"), max_length=LONGEST, required=False)


def kinds() -> list[tuple[str, str]]:
    return [(each.value, each.label if is_japanese() else each.label_en.capitalize()) for each in KeptKind]


class RuleForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("rule", "")], widget=forms.HiddenInput, initial="rule")
    kind = forms.ChoiceField(label=_("データの種類"), choices=kinds)
    years = forms.IntegerField(label=_("完了からの保存年数"), min_value=0, max_value=30)
    ground = forms.CharField(label=_("根拠"), max_length=LONGEST)


class HoldForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("hold", "")], widget=forms.HiddenInput, initial="hold")
    kind = forms.ChoiceField(label=_("データの種類"), required=False)
    person = forms.ModelChoiceField(
        label=_("対象者"), queryset=Person.objects.none(), required=False, empty_label=_("指定しない")
    )
    reason = forms.CharField(label=_("理由"), max_length=LONGEST)

    def __init__(self, *arguments: Any, people: QuerySet[Person], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        choose_from(self, people)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("すべて")), *kinds()]


class PersonForm(StrictForm):
    what = forms.ChoiceField(
        label=_("操作"), choices=[("ask_person", "")], widget=forms.HiddenInput, initial="ask_person"
    )
    person = forms.ModelChoiceField(label=_("消去する人"), queryset=Person.objects.none())
    ground = forms.CharField(label=_("理由"), max_length=LONGEST)

    def __init__(self, *arguments: Any, people: QuerySet[Person], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        choose_from(self, people)


def choose_from(form: forms.Form, people: QuerySet[Person]) -> None:
    person = form.fields["person"]
    assert isinstance(person, forms.ModelChoiceField)
    person.queryset = people
    person.label_from_instance = named  # type: ignore[method-assign, assignment]  # as Django documents it


def named(person: Person) -> str:
    return f"{person.name} {person.mail}".strip()


class WhichForm(StrictForm):
    what = forms.ChoiceField(
        label=_("操作"), choices=[(each, "") for each in ("defaults", "lift", "ask", "approve", "refuse")]
    )
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=2**62, required=False)
    kind = forms.ChoiceField(label=_("種類"), choices=kinds, required=False)
