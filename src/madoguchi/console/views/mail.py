"""Boxes, the quarantine, the outbox, and the mails of a ticket."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.audit.operations import Entry, record
from madoguchi.console.forms import whole_number
from madoguchi.console.mail_forms import MailboxForm
from madoguchi.console.queries import open_silences
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.mail_vocabulary import MailProtocol, MailReason, OutgoingState
from madoguchi.desk.errors import FieldError, ImpossibleActError
from madoguchi.desk.models import Ticket
from madoguchi.desk.queries import ticket_by_number
from madoguchi.mail.models import KeptMail, Mailbox, OutgoingMail
from madoguchi.mail.operations.mailboxes import add_mailbox, change_mailbox
from madoguchi.mail.operations.outbox import resend_mail
from madoguchi.mail.operations.quarantine import RELEASABLE, NotReleasableError, discard_mail, release_mail
from madoguchi.mail.queries import mails_of, quarantined
from madoguchi.mail.secret_files import secret_path
from madoguchi.people.languages import label_of
from madoguchi.post.reading import read_message
from madoguchi.post.vocabulary import Mark, Trouble

PAGE = 50
SILENT_AFTER = timedelta(minutes=10)


@require_GET
@contract_page(Right.RUN_MAIL)
def mailboxes(request: ContractRequest) -> HttpResponse:
    """Show the boxes with how they fare, and how much waits for somebody."""
    contract = request.access.contract
    boxes = list(Mailbox.objects.filter(contract=contract).order_by("name"))
    unsent = OutgoingMail.objects.filter(contract=contract).exclude(state=OutgoingState.SENT.value)
    silent_since = timezone.now() - SILENT_AFTER
    context = {
        "boxes": [(each, _is_alarming(each, silent_since)) for each in boxes],
        "silences": open_silences(request.access),
        "quarantined_count": quarantined(contract).count(),
        "dead_count": unsent.filter(state__in=(OutgoingState.DEAD.value, OutgoingState.RETURNED.value)).count(),
        "waiting_count": unsent.filter(state__in=(OutgoingState.WAITING.value, OutgoingState.SENDING.value)).count(),
    }
    return render(request, "console/mail/boxes.html", context)


def _is_alarming(box: Mailbox, silent_since: Any) -> bool:  # noqa: ANN401  # a moment
    """Return whether somebody must look: a fault was said, or nothing was, for with a full disk nothing can be."""
    if not box.is_active or box.protocol == MailProtocol.PIPE.value:
        return False
    is_silent = box.latest_success_at is not None and box.latest_success_at < silent_since
    return box.alarm_at is not None or is_silent


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def new_mailbox(request: ContractRequest) -> HttpResponse:
    access = request.access
    form = MailboxForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST" and form.is_valid():
        try:
            add_mailbox(contract=access.contract, actor=access.person.key, at=timezone.now(), **form.cleaned_data)
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("mailboxes", contract_key=access.contract.key)
    return render(request, "console/mail/box.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@contract_page(Right.ADMINISTER)
def mailbox(request: ContractRequest, box_id: int) -> HttpResponse:
    """Show and change a box, all but its password, of which only the place is said."""
    access = request.access
    box = get_object_or_404(Mailbox.objects.select_related("contract"), pk=box_id, contract=access.contract)
    known = {name: getattr(box, name) for name in MailboxForm.base_fields if name != "aliases"}
    known["aliases"] = " ".join(box.aliases)
    form = MailboxForm(request.POST if request.method == "POST" else None, access=access, initial=known)
    form.fields["name"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            change_mailbox(box=box, actor=access.person.key, at=timezone.now(), changes=form.cleaned_data)
        except FieldError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("mailboxes", contract_key=access.contract.key)
    context = {"form": form, "box": box, "secret_path": secret_path(box)}
    return render(request, "console/mail/box.html", context, status=422 if form.is_bound else 200)


@require_GET
@contract_page(Right.RUN_MAIL)
def quarantine(request: ContractRequest) -> HttpResponse:
    page = Paginator(quarantined(request.access.contract), PAGE).get_page(request.GET.get("page"))
    return render(request, "console/mail/quarantine.html", {"page": page})


def _mail(request: ContractRequest, mail_id: int) -> KeptMail:
    """Return a mail that its contract's managers may look at: one that was set aside, or a machine's."""
    found = KeptMail.objects.select_related("mailbox__contract", "mailbox__clerk", "mailbox__queue", "contract")
    return get_object_or_404(found, pk=mail_id, contract=request.access.contract, state__in=RELEASABLE)


def _shown(request: HttpRequest, mail: KeptMail, **more: object) -> HttpResponse:
    message = read_message(bytes(mail.content.raw))
    context = {
        "mail": mail, "message": message, "findings": message.findings, "reasons": _reasons(mail),
        "html": mark_safe(message.html),  # noqa: S308  # written anew from an allow-list by post, then cleaned by nh3
        **more,
    }  # fmt: skip
    return render(request, "console/mail/kept.html", context)


def _reasons(mail: KeptMail) -> list[str]:
    """Return what was noted of a mail, the words of the mail room as the reader says them."""
    if mail.reason == MailReason.LIMITS:
        return []  # what was found on reading says it all
    words = {each.value: each for kind in (Mark, Trouble) for each in kind}
    parted = [each.partition(": ") for each in mail.detail.split("; ") if each]
    return [
        f"{label_of(words[word])}: {rest}" if word in words else word + colon + rest for word, colon, rest in parted
    ]


def _record_view(request: ContractRequest, mail: KeptMail, act: str) -> None:
    access = request.access
    entry = Entry(act=act, subject=f"mail:{mail.pk}")
    record(chain=access.contract.key, at=timezone.now(), actor=access.person.key, entries=[entry])


@require_GET
@contract_page(Right.RUN_MAIL)
def kept_mail(request: ContractRequest, mail_id: int) -> HttpResponse:
    """Show a mail that was set aside; that it was seen is in the history."""
    mail = _mail(request, mail_id)
    _record_view(request, mail, "view_mail")
    return _shown(request, mail, may_decide=True)


@require_GET
@contract_page(Right.RUN_MAIL)
def raw_mail(request: ContractRequest, mail_id: int) -> HttpResponse:
    """Hand out the bytes of a mail that was set aside, never to be shown inside a page."""
    return _handed_out(request, _mail(request, mail_id))


def _handed_out(request: ContractRequest, mail: KeptMail) -> HttpResponse:
    _record_view(request, mail, "download_mail")
    answer = HttpResponse(bytes(mail.content.raw), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml"'
    return answer


@require_POST
@contract_page(Right.RUN_MAIL)
def decide_mail(request: ContractRequest, mail_id: int) -> HttpResponse:
    """Take a mail that was set aside all the same, or discard it."""
    mail, actor, now = _mail(request, mail_id), request.access.person.key, timezone.now()
    try:
        if request.POST.get("what") == "release":
            _say_what_it_became(request, release_mail(mail=mail, actor=actor, now=now))
        elif request.POST.get("what") == "discard":
            discard_mail(mail=mail, actor=actor, now=now)
            messages.success(request, _("破棄しました。"))
        else:
            messages.error(request, _("取り込むか破棄するかを選んでください。"))
    except (NotReleasableError, FieldError, ImpossibleActError) as error:
        messages.error(request, str(error))
    return redirect("quarantine", contract_key=request.access.contract.key)


def _say_what_it_became(request: ContractRequest, mail: KeptMail) -> None:
    if mail.ticket is not None:
        messages.success(request, _("案件 %(reference)s に反映しました。") % {"reference": mail.ticket.reference})
    else:
        messages.error(request, _("取り込めないため、隔離したままです。理由を確認してください。"))


@require_http_methods(["GET", "POST"])
@contract_page(Right.RUN_MAIL)
def outbox(request: ContractRequest) -> HttpResponse:
    """Show what could not be sent or still waits; a POST sends one of the given-up mails again."""
    access = request.access
    mails = OutgoingMail.objects.filter(contract=access.contract).exclude(state=OutgoingState.SENT.value)
    if request.method == "POST":
        number = whole_number(request.POST.get("mail", ""))
        mail = get_object_or_404(mails.select_related("contract", "ticket"), pk=number or 0)
        if resend_mail(mail=mail, actor=access.person.key, now=timezone.now()):
            messages.success(request, _("もう一度送信します。"))
        else:
            messages.error(request, _("このメールは送信できません。宛先を確認してください。"))
        return redirect("outbox", contract_key=access.contract.key)
    found = mails.defer("raw").select_related("ticket").order_by("-made_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "console/mail/outbox.html", {"page": page})


@require_GET
@contract_page(Right.SEE_TICKETS)
def ticket_mail(request: ContractRequest, number: int, mail_id: int) -> HttpResponse:
    """Show a mail of a ticket to whoever sees everything of it."""
    ticket, mail = _of_ticket(request, number, mail_id)
    _record_view(request, mail, "view_mail")
    return _shown(request, mail, ticket=ticket)


@require_GET
@contract_page(Right.SEE_TICKETS)
def ticket_raw_mail(request: ContractRequest, number: int, mail_id: int) -> HttpResponse:
    """Hand out the bytes of a ticket's mail: they hold what the ticket does not."""
    return _handed_out(request, _of_ticket(request, number, mail_id)[1])


def _of_ticket(request: ContractRequest, number: int, mail_id: int) -> tuple[Ticket, KeptMail]:
    ticket = ticket_by_number(access=request.access, number=number)
    found = [each for each in mails_of(request.access, ticket) if each.pk == mail_id]
    return ticket, get_object_or_404(KeptMail, pk=found[0].pk if found else 0)
