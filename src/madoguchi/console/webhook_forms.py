"""Forms about programs outside."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm
from madoguchi.people.models import Person
from madoguchi.webhooks.targets import MAX_URL

MAX_OVERLAP_HOURS = 30 * 24


class ReceiverForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("receiver", "")], widget=forms.HiddenInput, initial="receiver")
    name = forms.CharField(label=_("名前"), max_length=60)
    url = forms.CharField(label=_("送信先のURL"), max_length=MAX_URL)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned.pop("what", None)
        return cleaned


class SourceForm(StrictForm):
    what = forms.ChoiceField(label=_("操作"), choices=[("source", "")], widget=forms.HiddenInput, initial="source")
    name = forms.CharField(label=_("名前"), max_length=60)
    key = forms.SlugField(label=_("URLに入る記号（英数字）"), max_length=40)
    person = forms.ModelChoiceField(label=_("受付者として記録する人"), queryset=Person.objects.none())

    def __init__(self, *arguments: Any, people: QuerySet[Person], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)
        person.queryset = people
        person.label_from_instance = lambda each: each.name  # type: ignore[method-assign, assignment]  # as Django documents it

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned.pop("what", None)
        return cleaned


class RenewForm(StrictForm):
    """Asks for a new secret; the one before is taken for so many hours more."""

    what = forms.ChoiceField(label=_("操作"), choices=[("renew", ""), ("renew_receiver", "")])
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=2**62)
    hours = forms.IntegerField(label=_("以前の鍵も使える時間数"), min_value=0, max_value=MAX_OVERLAP_HOURS)


class WhichForm(StrictForm):
    CHANGES = ("pause", "resume", "remove_receiver", "remove_source", "again", "try")
    what = forms.ChoiceField(label=_("操作"), choices=[(each, "") for each in CHANGES])
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=2**62)
