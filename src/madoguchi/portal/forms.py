"""What users may type, cleaned. Nothing is saved here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.core.vocabulary import Act, TicketKind
from madoguchi.desk.models import Category

ASKABLE = (TicketKind.INQUIRY, TicketKind.APPLICATION, TicketKind.FAULT, TicketKind.WISH, TicketKind.COMPLAINT)
ALWAYS = frozenset(("csrfmiddlewaretoken",))


class _Strict(forms.Form):
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
        choices=[(each.value, each.label) for each in (Act.REPLY, Act.WITHDRAW, Act.RATE, Act.REOPEN)]
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
