"""What may be said of a call, cleaned."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.console.forms import StrictForm, choices
from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.call_vocabulary import CallReport, Rhythm
from madoguchi.people.models import Person

ACTS = ("open", "link", "unlink")


class CallForm(StrictForm):
    act = forms.ChoiceField(label=_("操作"), choices=[(each, each) for each in ACTS])
    call = forms.CharField(label=_("通話"), max_length=400)
    ticket = forms.IntegerField(label=_("受付番号"), min_value=1, max_value=2**62, required=False)
    day = forms.DateField(label=_("日"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("act") == "link" and not cleaned.get("ticket") and "ticket" not in self.errors:
            self.add_error("ticket", _("この操作には必須です。"))
        return cleaned


class ExclusionForm(StrictForm):
    """A call to be left out: which, of which figures, why. The page's query fills in the call."""

    call = forms.CharField(label=_("通話（出典）"), max_length=400)
    indicator = forms.ChoiceField(label=_("指標"), required=False)
    reason = forms.CharField(label=_("除外の理由"), max_length=400)

    def __init__(self, *arguments: Any, indicators: Sequence[tuple[str, str]], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", str(_("通話を数えるすべての指標"))), *indicators]


class DecisionForm(StrictForm):
    decision = forms.ChoiceField(label=_("判断"), choices=[("approve", "approve"), ("refuse", "refuse")])
    remark = forms.CharField(label=_("備考"), max_length=400, required=False)


class SendingForm(StrictForm):
    """Who is mailed which report, how often, at what hour."""

    person = forms.ModelChoiceField(label=_("宛先"), queryset=Person.objects.none())
    report = forms.ChoiceField(label=_("集計"), choices=choices(CallReport))
    rhythm = forms.ChoiceField(label=_("頻度"), choices=choices(Rhythm))
    hour = forms.IntegerField(label=_("時刻（時）"), min_value=0, max_value=23, initial=8)

    def __init__(self, *arguments: Any, people: QuerySet[Person], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class ReportForm(StrictForm):
    """Which report, of which days, and the number whose calls are asked for."""

    MOST_DAYS = 800
    report = forms.ChoiceField(label=_("集計"), choices=choices(CallReport), required=False)
    first = forms.DateField(
        label=_("開始日"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    final = forms.DateField(
        label=_("終了日"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    line = forms.CharField(label=_("行"), max_length=500, required=False)
    column = forms.CharField(label=_("列"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, final = cleaned.get("first"), cleaned.get("final")
        for name, day in (("first", first), ("final", final)):
            if day is not None and not date(1990, 1, 1) <= day < date(2100, 1, 1):
                self.add_error(name, _("1990年から2099年までの日を指定してください。"))
        if first and final and not timedelta() <= final - first < timedelta(days=self.MOST_DAYS):
            self.add_error("final", _("終了日は開始日以後、%(days)s日以内にしてください。") % {"days": self.MOST_DAYS})
        return cleaned

    def asked(self, *, today: date) -> tuple[CallReport, Period]:
        """Return the report and its days: by default those of the month they begin or end in, or of this one."""
        given = self.cleaned_data
        named = given["first"] or given["final"] or today
        month = month_period(year=named.year, month=named.month)
        first = given["first"] or month.start_date
        final = given["final"] or month.end_date - timedelta(days=1)
        report = CallReport(given["report"] or CallReport.DAYS.value)
        return report, Period(start_date=first, end_date=final + timedelta(days=1))
