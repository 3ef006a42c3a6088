"""Doing something to a ticket."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.console.forms import ActForm, whole_number
from madoguchi.console.queries import desk_people
from madoguchi.console.ticket_page import ticket_context
from madoguchi.contracts.access import Access
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, LinkKind, Visibility
from madoguchi.desk.errors import FieldError, ImpossibleActError, StaleTicketError
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.around import (
    File,
    attach,
    link_tickets,
    merge_ticket,
    set_parent,
    show_presence,
    use_article,
    watch,
)  # fmt: skip
from madoguchi.desk.queries import ticket_by_number
from madoguchi.knowledge.queries import readable_articles

Given = Mapping[str, Any]
Doing = Callable[[Access, Ticket, ActForm, datetime], None]


@require_POST
@contract_page(Right.WORK)
def act(request: ContractRequest, number: int) -> HttpResponse:
    """Do one step; what was typed comes back with what is wrong when it is refused."""
    access, now = request.access, timezone.now()
    ticket = ticket_by_number(access=access, number=number)
    form = ActForm(request.POST, request.FILES, access=access, people=desk_people(access))
    if not form.is_valid():
        return _refused(request, ticket, form, status=422)
    doing = SPECIAL.get(Act(form.cleaned_data["act"]), _step)
    try:
        with transaction.atomic():
            doing(access, ticket, form, now)
    except StaleTicketError as error:
        form.add_error(None, str(error))
        return _refused(request, ticket_by_number(access=access, number=number), form, status=409)
    except (FieldError, ImpossibleActError) as error:
        field = getattr(error, "field", None)
        form.add_error(field if field in form.fields else None, str(error))
        return _refused(request, ticket_by_number(access=access, number=number), form, status=422)
    messages.success(request, _("記録しました。"))
    return redirect("ticket", contract_key=access.contract.key, number=number)


def _refused(request: ContractRequest, ticket: Ticket, form: ActForm, *, status: int) -> HttpResponse:
    context = ticket_context(request.access, ticket, now=timezone.now())
    return render(request, "console/ticket.html", context | {"form": form, "typed": form.data}, status=status)


def _step(access: Access, ticket: Ticket, form: ActForm, now: datetime) -> None:
    given = form.cleaned_data
    steps = [_main_step(form)]
    if steps[0].act is Act.ANSWER and given["resolves"]:
        steps.append(Step(act=Act.RESOLVE, at=given["at"], visibility=Visibility.PUBLIC))
    act_on(access=access, ticket_id=ticket.pk, version=given["version"], steps=steps, now=now)


def _main_step(form: ActForm) -> Step:
    given, doing = form.cleaned_data, Act(form.cleaned_data["act"])
    is_told = doing in (Act.ANSWER, Act.PROGRESS) or given["is_public"]
    return Step(
        act=doing, text=given["text"], at=given["at"], fields=_fields(doing, given), columns=_columns(doing, given),
        visibility=Visibility.PUBLIC if is_told else Visibility.INTERNAL,
        queue=given["queue"] if doing in (Act.ESCALATE, Act.RETURN) else None,
        assignee=given["assignee"] if doing is Act.ASSIGN else None,
    )  # fmt: skip


def _fields(doing: Act, given: Given) -> dict[str, object]:
    """Return what an act carries beyond its text."""
    carried: dict[Act, dict[str, object]] = {
        Act.WAIT: {"waits_for": given["waits_for"]},
        Act.COMPLAIN: {"attribution": given["attribution"]},
        Act.ASK_EXCLUSION: {"reason": given["text"][:400]},
        Act.DECIDE_EXCLUSION: {"is_approved": given["is_approved"]},
        Act.AGREE_DUE: {"agreed_due_at": given["agreed_due_at"].isoformat() if given["agreed_due_at"] else None},
    }
    return carried.get(doing, {})


def _columns(doing: Act, given: Given) -> dict[str, object]:
    if doing is not Act.CLASSIFY:
        return {}
    found = {name: given[name] for name in ("kind", "priority") if given[name]}
    return found | ({"category": given["category"]} if given["category"] else {})


def _link(access: Access, ticket: Ticket, form: ActForm, now: datetime) -> None:
    given = form.cleaned_data
    other = ticket_by_number(access=access, number=given["other"])
    if given["link"] == "parent":
        set_parent(access=access, ticket=ticket, parent=other, now=now)
    else:
        link_tickets(access=access, ticket=ticket, other=other, kind=LinkKind(given["link"]), now=now)


def _merge(access: Access, ticket: Ticket, form: ActForm, now: datetime) -> None:
    into = ticket_by_number(access=access, number=form.cleaned_data["other"])
    merge_ticket(access=access, ticket=ticket, into=into, version=form.cleaned_data["version"], now=now)


def _attach(access: Access, ticket: Ticket, form: ActForm, now: datetime) -> None:
    given = form.cleaned_data["file"]
    file = File(name=given.name, media_type=given.content_type or "", content=given.read())
    attach(access=access, ticket=ticket, file=file, visibility=form.visibility, now=now)


def _watch(access: Access, ticket: Ticket, _form: ActForm, now: datetime) -> None:
    is_watching = not ticket.watchers.filter(person=access.person).exists()
    watch(access=access, ticket=ticket, person=access.person, is_watching=is_watching, now=now)


def _correct(access: Access, ticket: Ticket, form: ActForm, now: datetime) -> None:
    """Write a step that stands in for an earlier one, at another moment."""
    given = form.cleaned_data
    wrong = ticket.activities.filter(number=given["corrects"]).first()
    if wrong is None:
        raise FieldError("corrects", _("訂正する経過が見つかりません。"))
    if wrong.corrects is not None:
        raise FieldError("corrects", _("訂正そのものは訂正できません。元の経過を選んでください。"))
    fields = {**wrong.fields, "act": wrong.act, "visibility": wrong.visibility}
    step = Step(act=Act.CORRECT, text=given["text"], at=given["corrected_at"], corrects=wrong.number, fields=fields)
    act_on(access=access, ticket_id=ticket.pk, version=given["version"], steps=[step], now=now)


def _use_article(access: Access, ticket: Ticket, form: ActForm, now: datetime) -> None:
    """Answer; where the text came from an article, count its use."""
    _step(access, ticket, form, now)
    article = readable_articles(access).filter(pk=form.cleaned_data["article"] or 0).first()
    if article is not None:
        use_article(access=access, ticket=ticket, article=article, now=now)


SPECIAL: dict[Act, Doing] = {
    Act.LINK: _link,
    Act.MERGE: _merge,
    Act.ATTACH: _attach,
    Act.WATCH: _watch,
    Act.CORRECT: _correct,
    Act.ANSWER: _use_article,
}


@require_POST
@contract_page(Right.WORK)
def presence(request: ContractRequest, number: int) -> HttpResponse:
    """Note that the person has the ticket open; tell who else has, and whether it changed."""
    access = request.access
    ticket = ticket_by_number(access=access, number=number)
    others = show_presence(ticket=ticket, person=access.person, now=timezone.now())
    seen = whole_number(request.POST.get("version", ""))
    is_stale = seen is not None and seen != ticket.version
    return render(request, "console/presence.html", {"others": others, "is_stale": is_stale, "ticket": ticket})
