"""The day of a desk: its counts, who is on duty, what is handed over, meetings, actions and training."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from madoguchi.console.forms import StrictForm, choices
from madoguchi.console.queries import daily_counts, desk_people
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.works_vocabulary import DeskRecordKind
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person
from madoguchi.people.typed import DayField
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import DeskRecord
from madoguchi.works.operations.meetings import open_actions
from madoguchi.works.operations.running import copy_duties, finish_record, write_record

SHOWN, LATEST = 100, 5
YEARS = range(1990, 2100)
# meetings and what they ask for have pages of their own
WRITTEN = (DeskRecordKind.DUTY, DeskRecordKind.HANDOVER, DeskRecordKind.TRAINING)


class RecordForm(StrictForm):
    """A new record, or the end of one."""

    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=choices(WRITTEN), required=False)
    date = DayField(label=gettext_lazy("日付"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    title = forms.CharField(label=gettext_lazy("題名"), max_length=200, required=False)
    text = forms.CharField(
        label=gettext_lazy("内容"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("当番・担当・受講者"), queryset=Person.objects.none(), required=False
    )
    minutes = forms.IntegerField(label=gettext_lazy("時間（分）"), min_value=0, max_value=100_000, required=False)
    done = forms.IntegerField(
        label=gettext_lazy("操作"), min_value=1, max_value=2**62, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *arguments: Any, people: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in () if cleaned.get("done") else ("kind", "date", "title"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("この操作には必須です。"))
        return cleaned


class CopyForm(StrictForm):
    """Asks for the duty roster of a week to be copied to another."""

    copy = forms.ChoiceField(label=gettext_lazy("複写"), choices=[("week", "")])
    start_date = DayField(label=gettext_lazy("写し元の最初の日"))
    to_date = DayField(label=gettext_lazy("写し先の最初の日"))


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def day(request: ContractRequest) -> HttpResponse:
    """Show a day's report and the desk's records; a POST adds one or ticks one off."""
    access, now = request.access, timezone.now()
    shown = asked_day(request.GET.get("date", ""), today=timezone.localdate(now))
    if "copy" in request.POST:
        return _copied(request, now=now)
    people = desk_people(access)
    form = RecordForm(request.POST if request.method == "POST" else None, people=people, initial={"date": shown})
    if request.method == "POST" and form.is_valid():
        try:
            _act(access, form.cleaned_data, now=now)
        except NotNowError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("記録しました。"))
            return redirect("running", contract_key=access.contract.key)
    context = {
        "day": shown,
        "form": form,
        "list_query": f"date={shown}",
        **daily_counts(access.contract, day=shown, now=now),
        **_records(access, shown, now=now),
    }
    return render(request, "console/works/running.html", context, status=422 if form.is_bound else 200)


def _copied(request: ContractRequest, *, now: datetime) -> HttpResponse:
    form = CopyForm(request.POST)
    if not form.is_valid():
        return render(request, "refused.html", {"message": form.problems()}, status=422)
    start_date, to_date = form.cleaned_data["start_date"], form.cleaned_data["to_date"]
    try:
        written, left = copy_duties(access=request.access, start_date=start_date, to_date=to_date, now=now)
    except FieldError as error:
        return render(request, "refused.html", {"message": str(error)}, status=422)
    text = _("当番%(n)s件を写しました。すでにあるもの・契約を離れた人の%(left)s件は写していません。")
    messages.success(request, text % {"n": written, "left": left})
    return redirect(f"{reverse('running', args=[request.access.contract.key])}?date={to_date}")


def asked_day(typed: str, *, today: date) -> date:
    if not typed:
        return today
    try:
        found = parse_date(typed)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Http404
    return found


def _act(access: Access, given: dict[str, Any], *, now: datetime) -> None:
    if given["done"]:
        finish_record(access=access, record_id=given["done"], now=now)
        return
    write_record(
        access=access, kind=DeskRecordKind(given["kind"]), day=given["date"], title=given["title"],
        text=given["text"], owner=given["owner"], minutes=given["minutes"], now=now,
    )  # fmt: skip


def _records(access: Access, shown: date, *, now: datetime) -> dict[str, Any]:
    found = DeskRecord.objects.filter(contract=access.contract).select_related("owner", "author", "done_by")
    since = shown - timedelta(days=7)
    return {
        "duties": found.filter(kind="duty", date=shown).order_by("title", "pk")[:SHOWN],
        "handovers": found.filter(kind="handover", date__gte=since, date__lte=shown).order_by("-pk")[:SHOWN],
        "meetings": found.filter(kind="meeting", date__lte=shown).order_by("-date", "-pk")[:LATEST],
        "actions": open_actions(access.contract)[:SHOWN], "today": timezone.localdate(now),
        "trainings": found.filter(kind="training", date__lte=shown).order_by("-date", "-pk")[:SHOWN],
    }  # fmt: skip
