"""What operators may type, cleaned. Nothing is saved here."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.contracts.access import Access, people_of
from madoguchi.contracts.models import Role
from madoguchi.core.vocabulary import (
    Act,
    ArticleKind,
    ArticleState,
    Attribution,
    Audience,
    Channel,
    LabelledEnum,
    LinkKind,
    Priority,
    RoleKind,
    TicketKind,
    Tier,
    Visibility,
)  # fmt: skip
from madoguchi.desk.models import Category, Macro, Queue
from madoguchi.desk.operations.carry_out import CHILD, PARENT, AskedAct
from madoguchi.desk.rules import NEEDED
from madoguchi.people.models import Division, Organisation, Person
from madoguchi.people.typed import name_nul

ALWAYS = frozenset(("csrfmiddlewaretoken", "next"))
WHOLE = re.compile(r"[0-9]{1,15}")


def whole_number(text: str) -> int | None:
    """Return a number of an address or a list, None for anything else: `²` is a digit, yet no number."""
    return int(text) if WHOLE.fullmatch(text) else None


def choices(words: Iterable[LabelledEnum], *, empty: str | None = None) -> list[tuple[str, Any]]:
    """Return the stored words with their labels in the reader's language."""
    given = [(each.value, _Label(each)) for each in words]
    return given if empty is None else [("", empty), *given]


class _Label:
    """A label that is read in the language of the moment it is shown."""

    def __init__(self, word: LabelledEnum) -> None:
        self.word = word

    def __str__(self) -> str:
        from django.utils.translation import get_language  # noqa: PLC0415

        return self.word.label if (get_language() or "ja").startswith("ja") else self.word.label_en


class StrictForm(forms.Form):
    """A form that refuses what it does not know, by name."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  # Django's
        super().__init__(*arguments, **named)
        name_nul(self)

    def problems(self) -> str:
        """Return everything that is wrong, each with the label of its field."""
        return " ".join(self.problem_list())

    def problem_list(self) -> list[str]:
        labels = {name: each.label for name, each in self.fields.items()}
        return [
            f"{labels[name]}: {text}" if labels.get(name) else str(text)
            for name, texts in self.errors.items()
            for text in texts
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in sorted({*self.data, *self.files} - set(self.fields) - ALWAYS):
            self.add_error(None, _("「%(name)s」という項目はありません。") % {"name": name[:60]})
        return cleaned


class NewTicketForm(StrictForm):
    """A matter as it comes in: who asks, where to reach them if they are new, what, and an answer given at once."""

    requester = forms.CharField(
        label=_("依頼者"), max_length=200, help_text=_("氏名・よみ・内線・メールで候補が出ます。")
    )
    reading = forms.CharField(label=_("よみ"), max_length=120, required=False)
    extension = forms.CharField(label=_("電話・内線"), max_length=40, required=False)
    mail = forms.EmailField(label=_("メール"), max_length=254, required=False)
    kind = forms.ChoiceField(label=_("種別"), choices=choices(TicketKind))
    channel = forms.ChoiceField(label=_("受付経路"), choices=choices(Channel))
    category = forms.ModelChoiceField(
        label=_("分類"), queryset=Category.objects.none(), to_field_name="key", required=False
    )
    priority = forms.ChoiceField(label=_("優先度"), choices=choices(Priority), initial=Priority.NORMAL.value)
    subject = forms.CharField(label=_("件名"), max_length=200)
    text = forms.CharField(label=_("内容"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    answer = forms.CharField(
        label=_("回答（利用者に公開）"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    resolves = forms.BooleanField(label=_("回答と同時に完了する"), required=False, initial=True)
    article = forms.IntegerField(
        label=_("ナレッジ"), required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput
    )
    received_at = forms.DateTimeField(
        label=_("受付日時"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *arguments: Any, access: Access, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = Category.objects.filter(contract=access.contract).order_by("name")


WORDS: Mapping[str, type[LabelledEnum]] = {
    "kind": TicketKind, "priority": Priority, "attribution": Attribution,
}  # fmt: skip


class ActForm(StrictForm):
    """One step on a ticket; which of the fields an act needs is said by `NEEDED`."""

    # whoever asked may withdraw without a word; whoever does it for them says why
    NEEDED = {**NEEDED, Act.WITHDRAW: ("text",)}
    version = forms.IntegerField(label=_("版"), min_value=1, max_value=2**31 - 1)
    act = forms.ChoiceField(label=_("操作"), choices=choices(Act))
    text = forms.CharField(label=_("本文"), max_length=20_000, required=False, widget=forms.Textarea)
    is_public = forms.BooleanField(label=_("利用者に公開"), required=False)
    resolves = forms.BooleanField(label=_("完了にする"), required=False)
    at = forms.DateTimeField(label=_("実際の日時"), required=False)
    queue = forms.ModelChoiceField(
        label=_("引継先"), queryset=Queue.objects.none(), to_field_name="key", required=False
    )
    assignee = forms.ModelChoiceField(label=_("担当者"), queryset=Person.objects.none(), required=False)
    kind = forms.ChoiceField(label=_("種別"), choices=choices(TicketKind, empty=""), required=False)
    category = forms.ModelChoiceField(
        label=_("分類"), queryset=Category.objects.none(), to_field_name="key", required=False
    )
    priority = forms.ChoiceField(label=_("優先度"), choices=choices(Priority, empty=""), required=False)
    waits_for = forms.ChoiceField(
        label=_("待ち先"), choices=[("", ""), ("requester", _("利用者")), ("elsewhere", _("他部署"))], required=False
    )
    attribution = forms.ChoiceField(label=_("原因の所在"), choices=choices(Attribution, empty=""), required=False)
    is_approved = forms.BooleanField(label=_("承認"), required=False)
    agreed_due_at = forms.DateTimeField(label=_("合意した期限"), required=False)
    other = forms.IntegerField(label=_("相手の受付番号"), required=False, min_value=1, max_value=2**62)
    link = forms.ChoiceField(
        label=_("関係"),
        choices=[*choices(LinkKind, empty=""), (PARENT, _("親案件")), (CHILD, _("子案件"))],
        required=False,
    )
    file = forms.FileField(label=_("ファイル"), required=False, max_length=200, allow_empty_file=True)
    corrects = forms.IntegerField(label=_("訂正する記録"), required=False, min_value=1, max_value=2**31 - 1)
    corrected_at = forms.DateTimeField(label=_("正しい日時"), required=False)
    article = forms.IntegerField(label=_("記事"), required=False, min_value=1, max_value=2**62)

    def __init__(self, *arguments: Any, access: Access, people: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        for name, given in (
            ("queue", Queue.objects.filter(contract=access.contract)),
            ("category", Category.objects.filter(contract=access.contract)),
            ("assignee", people),
        ):
            wanted = self.fields[name]
            assert isinstance(wanted, forms.ModelChoiceField)
            wanted.queryset = given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        act = cleaned.get("act")
        for name in ActForm.NEEDED.get(Act(act), ()) if act else ():
            if name in self.fields and cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("この操作には必須です。"))
        return cleaned

    @property
    def visibility(self) -> Visibility:
        return Visibility.PUBLIC if self.cleaned_data["is_public"] else Visibility.INTERNAL

    @property
    def asked(self) -> AskedAct:
        """Return what was typed as the desk does it; words come as the words they are."""
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in self.fields if name not in ("act", "file")}
        for name, kind in WORDS.items():
            given[name] = kind(given[name]) if given[name] else None
        return AskedAct(act=Act(self.cleaned_data["act"]), **given)


class BulkForm(StrictForm):
    MAX = 200
    act = forms.ChoiceField(
        label=_("操作"),
        choices=[
            (Act.TAKE.value, ""),
            (Act.ASSIGN.value, ""),
            (Act.ESCALATE.value, ""),
            (Act.RESOLVE.value, ""),
            ("macro", ""),
        ],
    )
    tickets = forms.TypedMultipleChoiceField(label=_("案件"), coerce=int)
    assignee = forms.ModelChoiceField(label=_("担当者"), queryset=Person.objects.none(), required=False)
    queue = forms.ModelChoiceField(
        label=_("引継先"), queryset=Queue.objects.none(), to_field_name="key", required=False
    )
    macro = forms.ModelChoiceField(label=_("マクロ"), queryset=Macro.objects.none(), required=False)
    text = forms.CharField(label=_("本文"), max_length=2_000, required=False)

    def __init__(self, *arguments: Any, access: Access, people: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        given = [each for each in self.data.getlist("tickets") if WHOLE.fullmatch(each)][: self.MAX]  # type: ignore[attr-defined]
        tickets, queue, assignee = self.fields["tickets"], self.fields["queue"], self.fields["assignee"]
        macro = self.fields["macro"]
        assert isinstance(macro, forms.ModelChoiceField)
        macro.queryset = Macro.objects.filter(contract=access.contract).select_related("category", "queue")
        assert isinstance(tickets, forms.TypedMultipleChoiceField)
        assert isinstance(queue, forms.ModelChoiceField)
        assert isinstance(assignee, forms.ModelChoiceField)
        tickets.choices = [(each, each) for each in given]
        queue.queryset = Queue.objects.filter(contract=access.contract)
        assignee.queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        needed = {"macro": "macro", Act.ESCALATE: "queue", Act.ASSIGN: "assignee"}.get(cleaned.get("act", ""))
        if needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, _("この操作には必須です。"))
        return cleaned


class ArticleForm(StrictForm):
    version = forms.IntegerField(label=_("版"), min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("種類"), choices=choices(ArticleKind))
    audience = forms.ChoiceField(label=_("公開範囲"), choices=choices(Audience))
    state = forms.ChoiceField(label=_("状態"), choices=choices(ArticleState))
    title = forms.CharField(label=_("題名"), max_length=200)
    body = forms.CharField(label=_("本文"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 14}))
    review_date = forms.DateField(label=_("見直し日"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    change_note = forms.CharField(label=_("変更点"), max_length=200, required=False)


class SavedFilterForm(StrictForm):
    name = forms.CharField(label=_("名前"), max_length=60)
    query = forms.CharField(label=_("絞り込み条件"), max_length=1_000, required=False)


class RoleForm(StrictForm):
    """Give a role to somebody who can sign in, known or new, or end one."""

    sign_in_name = forms.CharField(label=_("サインイン名"), max_length=150, required=False)
    name = forms.CharField(label=_("氏名（新しい人のとき）"), max_length=120, required=False)
    mail = forms.EmailField(label=_("メール"), required=False)
    password = forms.CharField(
        label=_("最初のパスワード（新しい人のとき）"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput,
    )
    kind = forms.ChoiceField(label=_("権限"), choices=choices(RoleKind), required=False)
    firm = forms.ModelChoiceField(label=_("保守事業者"), queryset=Organisation.objects.none(), required=False)
    end = forms.ModelChoiceField(
        label=_("終了する役割"), queryset=Role.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *arguments: Any, access: Access, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        end, firm = self.fields["end"], self.fields["firm"]
        assert isinstance(end, forms.ModelChoiceField)
        assert isinstance(firm, forms.ModelChoiceField)
        end.queryset = Role.objects.filter(contract=access.contract, end_date__isnull=True)
        firms = Queue.objects.filter(contract=access.contract, organisation__isnull=False).values("organisation_id")
        firm.queryset = Organisation.objects.filter(pk__in=firms)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("end"):
            for name in ("sign_in_name", "kind"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("この操作には必須です。"))
            if cleaned.get("kind") == RoleKind.VENDOR and not cleaned.get("firm"):
                self.add_error("firm", _("保守事業者の所属を選んでください。"))
        return cleaned


class ArrangeForm(StrictForm):
    """Add a queue or a category."""

    what = forms.ChoiceField(label=_("操作"), choices=[("queue", ""), ("category", "")])
    key = forms.SlugField(label=_("記号（英数字）"), max_length=40)
    name = forms.CharField(label=_("名前"), max_length=100)
    tier = forms.ChoiceField(label=_("段階"), choices=choices(Tier), required=False)
    vendor = forms.CharField(label=_("保守事業者名"), max_length=200, required=False)


class PersonForm(StrictForm):
    name = forms.CharField(label=_("氏名"), max_length=120)
    reading = forms.CharField(label=_("よみ"), max_length=120, required=False)
    extension = forms.CharField(label=_("内線"), max_length=40, required=False)
    mail = forms.EmailField(label=_("メール"), required=False)


class ApplicantForm(StrictForm):
    """For whom an application is taken, and how it came."""

    requester = forms.CharField(
        label=_("依頼者"), max_length=200, help_text=_("氏名・よみ・内線・メールで候補が出ます。")
    )
    channel = forms.ChoiceField(label=_("受付経路"), choices=choices(Channel), initial=Channel.PHONE.value)


class FormTextForm(StrictForm):
    text = forms.CharField(
        label=_("様式（TOML）"), max_length=100_000, strip=False, widget=forms.Textarea(attrs={"rows": 30})
    )


class _DivisionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401  # Django's signature
        names = [each.name for each in obj.places.all()]
        return names[-1] if names else str(obj)


class ApproverForm(StrictForm):
    division = _DivisionField(label=_("課"), queryset=Division.objects.none())
    person = forms.ModelChoiceField(label=_("承認者"), queryset=Person.objects.none())

    def __init__(self, *arguments: Any, access: Access, today: date, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        division, person = self.fields["division"], self.fields["person"]
        assert isinstance(division, forms.ModelChoiceField)
        assert isinstance(person, forms.ModelChoiceField)
        people = people_of(contract=access.contract, day=today).order_by("reading", "name")
        organisations = people.exclude(organisation=None).order_by().values("organisation_id")
        division.queryset = Division.objects.filter(organisation_id__in=organisations).prefetch_related("places")
        person.queryset = people
