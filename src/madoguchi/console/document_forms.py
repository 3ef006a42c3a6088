"""What people may type for documents and the procurement, cleaned. Nothing is saved here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.reports.documents.kind import kind_names

KINDS = {
    "performance": _("実施状況について"),
    "evaluation": _("評価（案）"),
    "slides": _("監理委員会の説明資料"),
    "survey": _("満足度調査"),
    "quarterly": _("四半期運用報告書"),
    "monthly": _("月次運用報告書"),
    "daily": _("日次運用報告書"),
}
LARGEST_NUMBER = 2**31 - 1
LARGEST_FILE = 5_000_000


def kind_choices() -> list[tuple[str, object]]:
    return [(name, KINDS.get(name, name)) for name in sorted(kind_names(), key=list(KINDS).index)]


class OpenDocumentForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput, initial="open")
    kind = forms.ChoiceField(label=_("文書の種類"), choices=kind_choices)
    period = forms.CharField(
        label=_("期間"), max_length=20, required=False,
        help_text=_("2026-05、2026-Q1、FY2026、2026-05-20 など。空欄は評価期間。"),
    )  # fmt: skip


class SendingForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput, initial="send")
    kind = forms.ChoiceField(label=_("文書の種類"), choices=kind_choices)
    day = forms.IntegerField(label=_("毎月の送付日"), min_value=1, max_value=28, initial=10)
    mail = forms.EmailField(label=_("送付先のメール"))


class EndSendingForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput)
    sending = forms.IntegerField(label=_("送付の予定"), min_value=1, max_value=LARGEST_NUMBER)


class TextForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput)
    name = forms.CharField(label=_("欄"), max_length=60, widget=forms.HiddenInput)
    number = forms.IntegerField(label=_("版"), min_value=0, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)
    text = forms.CharField(label=_("本文"), max_length=20_000, required=False, strip=False)


class CommentForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput)
    body = forms.CharField(label=_("指摘"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))


class SettleForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput)
    comment = forms.IntegerField(label=_("指摘"), min_value=1, max_value=LARGEST_NUMBER)


class ApproveForm(StrictForm):
    do = forms.CharField(label=_("操作"), widget=forms.HiddenInput)
    change_note = forms.CharField(label=_("変更点"), max_length=200, required=False)


class CommentsFileForm(StrictForm):
    file = forms.FileField(label=_("意見のCSVファイル"))

    def clean_file(self) -> str:
        """Return the file's text. Refuses what is too large or no UTF-8."""
        given = self.cleaned_data["file"]
        if given.size > LARGEST_FILE:
            raise forms.ValidationError(_("5MBを超えるファイルは取り込めません。"))
        try:
            return bytes(given.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("文字コードをUTF-8にしてください。")) from None


class AnswerForm(StrictForm):
    version = forms.IntegerField(label=_("版"), min_value=0, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("結果"), choices=choices(CommentOutcome))
    answer = forms.CharField(label=_("回答"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}))
