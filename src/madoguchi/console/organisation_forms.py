"""What administrators may type of organisations and accounts, cleaned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.contracts.models import Contract, Role
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Division, Organisation, Person


def day_field(label: Any, *, required: bool = True) -> forms.DateField:  # noqa: ANN401  # a text translated later
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class OrganisationForm(StrictForm):
    key = forms.SlugField(label=_("記号（英数字）"), max_length=40)
    name = forms.CharField(label=_("名前"), max_length=200)


class DivisionForm(StrictForm):
    """One change of an organisation's divisions, from a day on; which fields it needs is said by `NEEDED`."""

    NEEDED = {
        "add": ("key", "name"), "rename": ("division", "name"), "move": ("division",), "close": ("division",),
        "merge": ("division", "parent"),
    }  # fmt: skip
    what = forms.ChoiceField(label=_("操作"), choices=[(each, each) for each in NEEDED])
    day = day_field(_("いつから"))
    division = forms.ModelChoiceField(label=_("部署"), queryset=Division.objects.none(), required=False)
    key = forms.SlugField(label=_("記号（英数字）"), max_length=40, required=False)
    name = forms.CharField(label=_("名前"), max_length=200, required=False)
    parent = forms.ModelChoiceField(label=_("上位・統合先の部署"), queryset=Division.objects.none(), required=False)

    def __init__(self, *arguments: Any, organisation: Organisation, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        for name in ("division", "parent"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Division.objects.filter(organisation=organisation).select_related("organisation")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.NEEDED.get(cleaned.get("what", ""), ()):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("この操作には必須です。"))
        return cleaned


class AccountForm(StrictForm):
    """One change of a person's account or roles; which fields it needs is said by `NEEDED`."""

    NEEDED = {
        "give_role": ("kind", "day"), "end_role": ("role", "day"), "move": ("day",), "password": ("password",),
        "deactivate": (), "reactivate": (), "second_factor": (),
    }  # fmt: skip
    what = forms.ChoiceField(label=_("操作"), choices=[(each, each) for each in NEEDED])
    day = day_field(_("いつから"), required=False)
    kind = forms.ChoiceField(label=_("権限"), choices=choices(RoleKind, empty=""), required=False)
    role = forms.ModelChoiceField(label=_("役割"), queryset=Role.objects.none(), required=False)
    division = forms.ModelChoiceField(label=_("部署"), queryset=Division.objects.none(), required=False)
    password = forms.CharField(label=_("新しいパスワード"), max_length=200, required=False, strip=False)

    def __init__(self, *arguments: Any, contract: Contract, person: Person, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        role, division = self.fields["role"], self.fields["division"]
        assert isinstance(role, forms.ModelChoiceField)
        assert isinstance(division, forms.ModelChoiceField)
        role.queryset = Role.objects.filter(contract=contract, person=person)
        division.queryset = Division.objects.filter(organisation_id=person.organisation_id or 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.NEEDED.get(cleaned.get("what", ""), ()):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("この操作には必須です。"))
        return cleaned
