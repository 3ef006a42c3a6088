"""What is typed on the pages of monitoring, cleaned. Nothing is saved here."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.monitoring_vocabulary import MaintenanceState, MonitoringFile, SourceKind
from madoguchi.monitoring.models import Source
from madoguchi.monitoring.operations.sources import MAX_JOIN_SECONDS
from madoguchi.people.models import Person

DAY = forms.DateInput(attrs={"type": "date"})
MAX_ID = 2**62
KINDS = [each for each in choices(SourceKind) if each[0] != SourceKind.FILE.value]
STEP = {"type": "datetime-local", "step": "1"}


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs=STEP, format="%Y-%m-%dT%H:%M:%S")


class SourceForm(StrictForm):
    act = forms.CharField(label=_("操作"), widget=forms.HiddenInput, initial="add", max_length=10)
    name = forms.CharField(label=_("名前"), max_length=60)
    key = forms.SlugField(label=_("URLに入る記号（英数字）"), max_length=40)
    kind = forms.ChoiceField(label=_("種類"), choices=KINDS)
    clerk = forms.ModelChoiceField(
        label=_("停止を検知したとき案件を起票する人（空欄なら起票しない）"),
        queryset=Person.objects.none(),
        required=False,
    )
    join_seconds = forms.IntegerField(
        label=_("1件とみなす再発の間隔（秒）"), min_value=0, max_value=MAX_JOIN_SECONDS, initial=0,
        help_text=_("停止と復旧を短い間隔で繰り返したとき、間隔がこの秒数以内なら1件の停止として数えます。"),
    )  # fmt: skip

    def __init__(self, *arguments: Any, people: QuerySet[Person], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        clerk = self.fields["clerk"]
        assert isinstance(clerk, forms.ModelChoiceField)
        clerk.queryset = people
        clerk.label_from_instance = lambda each: each.name  # type: ignore[method-assign, assignment]  # as Django documents it


class RevokeForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[("revoke", "")])
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=MAX_ID)


class _OfServices(StrictForm):
    """A form in which services of the contract are chosen."""

    def __init__(self, *arguments: Any, services: Mapping[str, str], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        field = self.fields.get("services") or self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        empty = [] if isinstance(field, forms.MultipleChoiceField) else [("", str(self.NONE))]
        field.choices = [*empty, *services.items()]

    NONE: Any = ""


class RuleForm(_OfServices):
    NONE = _("対象外（停止として数えない）")
    act = forms.CharField(label=_("操作"), widget=forms.HiddenInput, initial="add", max_length=10)
    source = forms.ModelChoiceField(label=_("送信元"), queryset=Source.objects.none())
    tests = forms.CharField(
        label=_("条件（1行に1つ。すべて満たすとき）"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例: instance=mail*　「*」は任意の文字列です。"),
    )  # fmt: skip
    service = forms.ChoiceField(label=_("対象のサービス"), required=False)
    severity = forms.CharField(label=_("重大度（空欄なら送信元のまま）"), max_length=40, required=False)

    def __init__(self, *arguments: Any, sources: QuerySet[Source], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = sources


class RemoveRuleForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[("remove", "")])
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=MAX_ID)


class ConfirmForm(_OfServices):
    act = forms.CharField(label=_("操作"), widget=forms.HiddenInput, initial="confirm", max_length=10)
    services = forms.MultipleChoiceField(
        label=_("対象のサービス（選ばなければすべて）"), required=False, widget=forms.CheckboxSelectMultiple
    )
    start_date = forms.DateField(label=_("始まりの日"), widget=DAY)
    closing_date = forms.DateField(label=_("終わりの日（この日を含む）"), widget=DAY)
    reason = forms.CharField(label=_("確認の根拠"), max_length=400)


class OutageForm(_OfServices):
    """One thing done to an outage; what it needs is in `NEEDED`."""

    NEEDED = {"attach": ("number",), "correct": ("reason",), "dismiss": ("reason",), "restore": ("reason",)}
    NONE = "－"
    act = forms.ChoiceField(
        label=_("操作"), choices=[(each, "") for each in ("correct", "dismiss", "restore", "open", "attach")]
    )
    service = forms.ChoiceField(label=_("対象のサービス"), required=False)
    started_at = forms.DateTimeField(label=_("開始"), required=False, widget=_moment())
    ended_at = forms.DateTimeField(label=_("終了"), required=False, widget=_moment())
    reason = forms.CharField(label=_("理由"), max_length=400, required=False)
    number = forms.IntegerField(label=_("案件の番号"), min_value=1, max_value=MAX_ID, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.NEEDED.get(cleaned.get("act", ""), ()):
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("この操作には必須です。"))
        return cleaned


class MessageForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[("again", ""), ("settle", "")])


class MaintenanceForm(_OfServices):
    act = forms.CharField(label=_("操作"), widget=forms.HiddenInput, initial="propose", max_length=10)
    services = forms.MultipleChoiceField(label=_("対象のサービス"), widget=forms.CheckboxSelectMultiple)
    started_at = forms.DateTimeField(label=_("開始"), widget=_moment())
    ended_at = forms.DateTimeField(label=_("終了"), widget=_moment())
    reason = forms.CharField(label=_("理由"), max_length=400)


class WithdrawForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[("withdraw", "")])
    id = forms.IntegerField(label=_("対象"), min_value=1, max_value=MAX_ID)


class DecisionForm(StrictForm):
    DECISIONS = (MaintenanceState.APPROVED, MaintenanceState.REFUSED, MaintenanceState.CANCELLED)
    state = forms.ChoiceField(label=_("状態"), choices=[(each.value, "") for each in DECISIONS])
    remark = forms.CharField(label=_("理由"), max_length=400, required=False)


class MonitoringFileForm(StrictForm):
    kind = forms.ChoiceField(label=_("内容"), choices=choices(MonitoringFile))
    file = forms.FileField(label=_("CSVファイル"), max_length=200)
