"""What may be typed about surveys, cleaned. Nothing is saved here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.quality_vocabulary import Allocation, RoundMode
from madoguchi.surveys.models import StoredQuestionnaire

FILE_BYTES = 200_000
PAPER_CHARACTERS = 1_000_000
DAY = forms.DateInput(attrs={"type": "date"})


class QuestionnaireForm(StrictForm):
    """A questionnaire's file, TOML or JSON."""

    file = forms.FileField(label=_("設問ファイル（.toml または .json）"), max_length=200)

    def clean_file(self) -> tuple[str, str]:
        """Return the file's name and text."""
        given = self.cleaned_data["file"]
        if not given.name.endswith((".toml", ".json")):
            raise forms.ValidationError(_(".toml または .json のファイルを選んでください。"))
        if given.size > FILE_BYTES:
            raise forms.ValidationError(_("ファイルは200KB以内にしてください。"))
        try:
            return given.name, given.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("ファイルの文字コードはUTF-8にしてください。")) from None


class RoundForm(StrictForm):
    """A round to be prepared."""

    key = forms.CharField(label=_("調査回の記号（契約の定義と同じもの）"), max_length=100)
    label = forms.CharField(label=_("名前"), max_length=200)
    questionnaire = forms.ModelChoiceField(label=_("設問"), queryset=StoredQuestionnaire.objects.none())
    mode = forms.ChoiceField(label=_("回答の方法"), choices=choices(RoundMode))
    start_date = forms.DateField(label=_("開始日"), widget=DAY)
    closing_date = forms.DateField(label=_("締切日"), widget=DAY)
    reminder_date = forms.DateField(label=_("督促メールの日"), required=False, widget=DAY)
    sample_size = forms.IntegerField(
        label=_("抽出する人数（空欄は全員）"), required=False, min_value=1, max_value=1_000_000
    )
    is_stratified = forms.BooleanField(label=_("組織ごとに抽出する"), required=False)
    allocation = forms.ChoiceField(
        label=_("組織ごとに抽出するときの人数の割り振り"),
        choices=choices(Allocation),
        initial=Allocation.PROPORTIONAL.value,
        required=False,
    )
    seed = forms.IntegerField(label=_("抽出の種（同じ種なら同じ人）"), min_value=1, max_value=2**31 - 1, initial=1)
    minimum = forms.IntegerField(label=_("結果を表示する最小人数"), min_value=3, max_value=100, initial=5)

    def __init__(self, *arguments: Any, questionnaires: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        wanted = self.fields["questionnaire"]
        assert isinstance(wanted, forms.ModelChoiceField)
        wanted.queryset = questionnaires


class RoundActForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[("open", ""), ("remind", ""), ("hand_out", ""), ("close", "")])
    count = forms.IntegerField(label=_("枚数"), required=False, min_value=1, max_value=100_000)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("act") == "hand_out" and not cleaned.get("count") and "count" not in self.errors:
            self.add_error("count", _("この操作には必須です。"))
        return cleaned


class PaperForm(StrictForm):
    text = forms.CharField(
        label=_("回答の表"), max_length=PAPER_CHARACTERS, strip=False, widget=forms.Textarea(attrs={"rows": 12})
    )
