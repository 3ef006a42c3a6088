"""What is typed on the pages of the registers, cleaned. Nothing is saved here."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.contracts.access import Access, people_of
from madoguchi.core.works_vocabulary import Register
from madoguchi.people.models import Person
from madoguchi.people.typed import DayField

DAY = forms.DateInput(attrs={"type": "date"})
MAX_NUMBER = 1_000_000


class _WithPeople(StrictForm):
    """A form in which somebody of the contract is chosen, in the field of this name."""

    PERSON = "person"

    def __init__(self, *arguments: Any, access: Access, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        person = self.fields[self.PERSON]
        assert isinstance(person, forms.ModelChoiceField)
        people = people_of(contract=access.contract, day=timezone.localdate())
        person.queryset = people.order_by("reading", "name")


class NewItemForm(_WithPeople):
    PERSON = "holder"
    register = forms.ChoiceField(label=_("台帳"), choices=choices(Register))
    number = forms.CharField(label=_("管理番号"), max_length=40)
    name = forms.CharField(label=_("名前"), max_length=120)
    serial = forms.CharField(label=_("製造番号"), max_length=80, required=False)
    place = forms.CharField(label=_("設置場所"), max_length=120, required=False)
    holder = forms.ModelChoiceField(label=_("使っている人"), queryset=Person.objects.none(), required=False)
    valid_until = DayField(label=_("有効期限"), required=False, widget=DAY)
    quantity = forms.IntegerField(label=_("個数"), min_value=0, max_value=MAX_NUMBER, initial=1)
    reorder_below = forms.IntegerField(
        label=_("発注点（これを下回ると知らせる）"), min_value=0, max_value=MAX_NUMBER, initial=0
    )
    note = forms.CharField(label=_("備考"), max_length=400, required=False)


class ItemActForm(_WithPeople):
    """One thing done to an item; what it needs is in `REQUIRED`."""

    REQUIRED = {
        "reserve": ("person", "start_date", "until_date"),
        "place": ("place",),
        "renew": ("until",),
        "stock": ("quantity",),
    }
    act = forms.ChoiceField(
        label=_("操作"),
        choices=[(each, "") for each in ("reserve", "hand_over", "place", "renew", "stock", "lost", "retired")],
    )
    person = forms.ModelChoiceField(label=_("人"), queryset=Person.objects.none(), required=False)
    start_date = DayField(label=_("貸出日"), required=False)
    until_date = DayField(label=_("返却日"), required=False)
    until = DayField(label=_("有効期限"), required=False)
    place = forms.CharField(label=_("設置場所"), max_length=120, required=False)
    quantity = forms.IntegerField(label=_("増減"), min_value=-MAX_NUMBER, max_value=MAX_NUMBER, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.REQUIRED.get(cleaned.get("act", ""), ()):
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("この操作には必須です。"))
        return cleaned


class LoanActForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[(each, "") for each in ("lend", "return", "cancel")])
    loan = forms.IntegerField(label=_("貸出"), min_value=1, max_value=2**62)
    condition = forms.CharField(label=_("返却時の点検"), max_length=400, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("act") == "return" and not cleaned.get("condition"):
            self.add_error("condition", _("返却されたものを点検し、結果を入力してください。"))
        return cleaned


class ScanForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[("scan", ""), ("close", "")])
    numbers = forms.CharField(label=_("管理番号"), max_length=800_000, required=False, widget=forms.Textarea)
    file = forms.FileField(label=_("CSVファイル"), required=False, max_length=200)


class StocktakeForm(StrictForm):
    register = forms.ChoiceField(label=_("台帳"), choices=choices(Register))


class FileForm(StrictForm):
    file = forms.FileField(label=_("CSVファイル"), max_length=200)
