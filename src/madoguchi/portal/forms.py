"""What users may type, cleaned. Nothing is saved here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.core.vocabulary import Act, TicketKind
from madoguchi.desk.models import Category
from madoguchi.people.typed import DayField, name_nul

ASKABLE = (TicketKind.INQUIRY, TicketKind.APPLICATION, TicketKind.FAULT, TicketKind.WISH, TicketKind.COMPLAINT)
ALWAYS = frozenset(("csrfmiddlewaretoken",))


class _Strict(forms.Form):
    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  # Django's
        super().__init__(*arguments, **named)
        name_nul(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in sorted({*self.data, *self.files} - set(self.fields) - ALWAYS):
            self.add_error(None, _("「%(name)s」という項目はありません。") % {"name": name[:60]})
        return cleaned


class AskForm(_Strict):
    subject = forms.CharField(label=_("件名"), max_length=200)
    kind = forms.ChoiceField(label=_("種別"), choices=[(each.value, each.label) for each in ASKABLE])
    category = forms.ModelChoiceField(
        label=_("分類"), queryset=Category.objects.none(), to_field_name="key", required=False
    )
    text = forms.CharField(label=_("内容"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 7}))
    file = forms.FileField(label=_("添付ファイル"), required=False, max_length=200)

    def __init__(self, *arguments: Any, categories: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = categories


class AnswerBackForm(_Strict):
    act = forms.ChoiceField(
        label=_("操作"), choices=[(each.value, each.label) for each in (Act.REPLY, Act.WITHDRAW, Act.RATE, Act.REOPEN)]
    )
    text = forms.CharField(label=_("本文"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    rating = forms.TypedChoiceField(
        label=_("評価"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(str(each), str(each)) for each in range(1, 6)],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        act = cleaned.get("act")
        if act in (Act.REPLY, Act.REOPEN) and not cleaned.get("text"):
            self.add_error("text", _("本文を入力してください。"))
        if act == Act.RATE and cleaned.get("rating") is None:
            self.add_error("rating", _("1から5までの評価を選んでください。"))
        return cleaned


class ApprovalForm(_Strict):
    """What an approver decides; `due_at` is asked where the step agrees a due date."""

    decision = forms.ChoiceField(label=_("判断"), choices=[("approve", ""), ("refuse", "")])
    reason = forms.CharField(label=_("理由・申し送り"), max_length=2_000, required=False)
    due_at = forms.DateTimeField(label=_("合意した期限"), required=False)


class PassOnForm(_Strict):
    mail = forms.CharField(label=_("代理の人のメールアドレス"), max_length=254)


class AbsenceForm(_Strict):
    """Days of absence with a delegate, or the end of one."""

    mail = forms.CharField(label=_("代理の人のメールアドレス"), max_length=254, required=False)
    start_date = DayField(label=_("不在の始まり"), required=False)
    end_date = DayField(label=_("不在の終わり"), required=False)
    end = forms.IntegerField(label=_("終了する不在"), required=False, min_value=1, max_value=2**62)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("end"):
            for name in ("mail", "start_date", "end_date"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("この項目は必須です。"))
        return cleaned


class DecisionForm(_Strict):
    """The option that was pressed, and a remark."""

    choice = forms.IntegerField(label=_("選択肢"), min_value=0, max_value=100)
    answer = forms.CharField(label=_("申し送り"), max_length=2_000, required=False)
