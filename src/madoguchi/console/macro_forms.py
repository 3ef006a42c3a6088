"""What may be typed of macros, answer templates and kept filters, cleaned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.contracts.access import Access
from madoguchi.core.vocabulary import Priority, TicketKind
from madoguchi.desk.models import AnswerTemplate, Category, Macro, Queue
from madoguchi.desk.operations.macros import MacroContent


class TemplateForm(StrictForm):
    name = forms.CharField(label=_("名前"), max_length=100, required=False)
    text = forms.CharField(label=_("本文"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    resolves = forms.BooleanField(label=_("回答と同時に完了する"), required=False)
    delete = forms.ModelChoiceField(
        label=_("削除"), queryset=AnswerTemplate.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *arguments: Any, access: Access, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        delete = self.fields["delete"]
        assert isinstance(delete, forms.ModelChoiceField)
        delete.queryset = AnswerTemplate.objects.filter(contract=access.contract)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("name", "text"):
            if not cleaned.get("delete") and not cleaned.get(name) and not {name, "delete"} & set(self.errors):
                self.add_error(name, _("この操作には必須です。"))
        return cleaned


class MacroForm(StrictForm):
    """A macro's steps, in the order in which they are done."""

    version = forms.IntegerField(
        label=_("版"), min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput
    )
    name = forms.CharField(label=_("名前"), max_length=100)
    takes = forms.BooleanField(label=_("実行した人が担当する"), required=False)
    kind = forms.ChoiceField(label=_("種別の設定"), choices=choices(TicketKind, empty="－"), required=False)
    category = forms.ModelChoiceField(
        label=_("分類の設定"), queryset=Category.objects.none(), to_field_name="key", required=False, empty_label="－"
    )
    priority = forms.ChoiceField(label=_("優先度の設定"), choices=choices(Priority, empty="－"), required=False)
    note = forms.CharField(
        label=_("内部メモ"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    answer = forms.CharField(
        label=_("回答（利用者に公開）"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    queue = forms.ModelChoiceField(
        label=_("引継先"), queryset=Queue.objects.none(), to_field_name="key", required=False, empty_label="－"
    )
    waits_for = forms.ChoiceField(
        label=_("待つ相手"),
        choices=[("", "－"), ("requester", _("利用者")), ("elsewhere", _("他部署"))],
        required=False,
    )
    resolves = forms.BooleanField(label=_("完了にする"), required=False)

    def __init__(self, *arguments: Any, access: Access, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        category, queue = self.fields["category"], self.fields["queue"]
        assert isinstance(category, forms.ModelChoiceField)
        assert isinstance(queue, forms.ModelChoiceField)
        category.queryset = Category.objects.filter(contract=access.contract).order_by("name")
        queue.queryset = Queue.objects.filter(contract=access.contract).order_by("pk")

    @staticmethod
    def initial_of(macro: Macro) -> dict[str, Any]:
        plain = ("version", "name", "takes", "kind", "priority", "note", "answer", "waits_for", "resolves")
        keys = {
            "category": macro.category.key if macro.category else "",
            "queue": macro.queue.key if macro.queue else "",
        }
        return {name: getattr(macro, name) for name in plain} | keys

    @property
    def content(self) -> MacroContent:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        given["kind"] = TicketKind(given["kind"]) if given["kind"] else None
        given["priority"] = Priority(given["priority"]) if given["priority"] else None
        return MacroContent(**given)


class FilterNameForm(StrictForm):
    name = forms.CharField(label=_("名前"), max_length=60, required=False)
    delete = forms.BooleanField(label=_("削除"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("delete") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("この操作には必須です。"))
        return cleaned
