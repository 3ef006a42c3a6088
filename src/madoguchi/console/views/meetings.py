"""Regular meetings: minutes, who came, and the actions that are carried from one to the next."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from madoguchi.console.forms import StrictForm
from madoguchi.console.queries import desk_people
from madoguchi.console.views.running import YEARS
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError
from madoguchi.people.models import Person
from madoguchi.works.errors import NotNowError
from madoguchi.works.models import DeskRecord
from madoguchi.works.operations.meetings import (
    Minutes,
    add_action,
    carried_to,
    meeting_of,
    meetings_of,
    open_actions,
    write_meeting,
)
from madoguchi.works.operations.running import finish_record

SHOWN, LONGEST_KEY = 100, 15
# inside a form with a field of that name, `date` is the field
Day = date


def _day_field(label: Any) -> forms.DateField:  # noqa: ANN401  # a text in the reader's language
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


def _known(day: date) -> date:
    if day.year not in YEARS:
        raise forms.ValidationError(_("1990年から2099年までの日を入力してください。"))
    return day


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Takes people by their keys; a number that no database holds is none of them."""

    def clean(self, value: Any) -> Any:  # noqa: ANN401  # as the library has it
        if any(len(str(each)) > LONGEST_KEY for each in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return super().clean(value)


class MinutesForm(StrictForm):
    """What is written down of a meeting."""

    what = forms.ChoiceField(
        label=gettext_lazy("操作"), choices=[("minutes", "")], widget=forms.HiddenInput, initial="minutes"
    )
    date = _day_field(gettext_lazy("開催日"))
    title = forms.CharField(label=gettext_lazy("題名"), max_length=200)
    attendees = PeopleField(
        label=gettext_lazy("出席者"), queryset=Person.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("議事の内容"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, data: Any, *, people: QuerySet[Person], initial: Any) -> None:  # noqa: ANN401
        super().__init__(data, auto_id="minutes-%s", initial=initial)
        attendees = self.fields["attendees"]
        assert isinstance(attendees, forms.ModelMultipleChoiceField)
        attendees.queryset = people

    def clean_date(self) -> Day:
        return _known(self.cleaned_data["date"])

    def minutes(self) -> Minutes:
        given = self.cleaned_data
        return Minutes(day=given["date"], title=given["title"], text=given["text"], attendees=list(given["attendees"]))


class ActionForm(StrictForm):
    """What somebody is to do, and by when."""

    what = forms.ChoiceField(
        label=gettext_lazy("操作"), choices=[("action", "")], widget=forms.HiddenInput, initial="action"
    )
    title = forms.CharField(label=gettext_lazy("行うこと"), max_length=200)
    owner = forms.ModelChoiceField(label=gettext_lazy("担当"), queryset=Person.objects.none())
    due_date = _day_field(gettext_lazy("期限"))

    def __init__(self, data: Any, *, people: QuerySet[Person]) -> None:  # noqa: ANN401
        super().__init__(data, auto_id="action-%s")
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = people

    def clean_due_date(self) -> date:
        return _known(self.cleaned_data["due_date"])


class DoneForm(StrictForm):
    what = forms.ChoiceField(label=gettext_lazy("操作"), choices=[("done", "")])
    id = forms.IntegerField(label=gettext_lazy("対象"), min_value=1, max_value=2**62)


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def meetings(request: ContractRequest) -> HttpResponse:
    """Show the meetings and everything still to be done; a POST writes a meeting down or ticks an action off."""
    access, now = request.access, timezone.now()
    today, people = timezone.localdate(now), _people(access)
    posted = request.POST if request.method == "POST" else None
    is_done = request.POST.get("what") == "done"
    form = MinutesForm(None if is_done else posted, people=people, initial={"date": today})
    bound: StrictForm = DoneForm(posted) if is_done else form
    if bound.is_bound and bound.is_valid():
        done = _acted(access, bound, None, now=now)
        if done is not None:
            messages.success(request, _("記録しました。"))
            if is_done:
                return redirect("meetings", contract_key=access.contract.key)
            return redirect("meeting", contract_key=access.contract.key, meeting_id=done.pk)
    context = {
        "form": form, "bound": bound, "today": today, "actions": open_actions(access.contract)[:SHOWN],
        "meetings": meetings_of(access.contract, day=today)[:SHOWN],
    }  # fmt: skip
    return render(request, "console/works/meetings.html", context, status=422 if posted is not None else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.SEE_FIGURES)
def meeting_page(request: ContractRequest, meeting_id: int) -> HttpResponse:
    """Show a meeting with its actions and those carried to it; a POST writes minutes, an action or its end."""
    access, now = request.access, timezone.now()
    meeting, people = meeting_of(access, meeting_id), _people(access)
    posted, what = (request.POST if request.method == "POST" else None), request.POST.get("what", "")
    kept = {"date": meeting.date, "title": meeting.title, "text": meeting.text}
    attendees = list(meeting.attendees.order_by("reading", "name"))
    minutes_form = MinutesForm(
        posted if what == "minutes" else None, people=_with(people, attendees),
        initial={**kept, "attendees": [each.pk for each in attendees]},
    )  # fmt: skip
    action_form = ActionForm(posted if what == "action" else None, people=people)
    by_what: dict[str, StrictForm] = {"minutes": minutes_form, "action": action_form}
    bound = by_what.get(what) or DoneForm(posted)
    if bound.is_bound and bound.is_valid() and _acted(access, bound, meeting, now=now) is not None:
        messages.success(request, _("記録しました。"))
        return redirect("meeting", contract_key=access.contract.key, meeting_id=meeting_id)
    context = {
        "meeting": meeting, "names": [each.name for each in attendees], "minutes_form": minutes_form,
        "action_form": action_form,
        "bound": bound, "today": timezone.localdate(now), "carried": carried_to(meeting)[:SHOWN],
        "actions": meeting.actions.select_related("owner", "done_by").order_by("due_date", "pk")[:SHOWN],
    }  # fmt: skip
    return render(request, "console/works/meeting.html", context, status=422 if posted is not None else 200)


def _people(access: Access) -> QuerySet[Person]:
    return desk_people(access)


def _with(people: QuerySet[Person], attendees: list[Person]) -> QuerySet[Person]:
    """Return who can be ticked: whoever is here, and who came then and left since."""
    keys = [*people.values_list("pk", flat=True), *(each.pk for each in attendees)]
    return Person.objects.filter(pk__in=keys).order_by("reading", "name")


def _acted(access: Access, form: StrictForm, meeting: DeskRecord | None, *, now: datetime) -> DeskRecord | None:
    """Do what a form asks; None where it is refused, and the form says why."""
    given = form.cleaned_data
    try:
        if isinstance(form, MinutesForm):
            key = meeting.pk if meeting else None
            return write_meeting(access=access, minutes=form.minutes(), meeting_id=key, now=now)
        if isinstance(form, ActionForm) and meeting is not None:
            return add_action(
                access=access, meeting_id=meeting.pk, title=given["title"], owner=given["owner"],
                due_date=given["due_date"], now=now,
            )  # fmt: skip
        return finish_record(access=access, record_id=given["id"], now=now)
    except FieldError as error:
        form.add_error(error.field, str(error))
    except NotNowError as error:
        form.add_error(None, str(error))
    return None
