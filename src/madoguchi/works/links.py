"""Signed addresses in mails: opening one shows, only a press of a button there acts."""

from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from madoguchi.works.models import ApprovalAsk, DecisionAsk

APPROVAL, DECISION = "works.approval", "works.decision"


def approval_address(ask: ApprovalAsk) -> str:
    """Return the address in an approver's mail; whoever has it answers as that approver, until it expires."""
    token = Signer(salt=APPROVAL).sign(str(ask.pk))
    return str(settings.SITE_ADDRESS) + reverse("approval_link", kwargs={"token": token})


def decision_address(ask: DecisionAsk) -> str:
    """Return the address in a mail to the responsible division."""
    token = Signer(salt=DECISION).sign(str(ask.pk))
    return str(settings.SITE_ADDRESS) + reverse("decision_link", kwargs={"token": token})


def _key_of(token: str, *, salt: str) -> int:
    """Return what a link was signed for. Raises Http404 for one that was not signed here."""
    try:
        return int(Signer(salt=salt).unsign(token))
    except BadSignature:
        raise Http404 from None


def decision_ask_behind(token: str, *, now: datetime) -> DecisionAsk:
    """Return what a link was sent for. Raises Http404 for one that was not signed here or has expired."""
    key = _key_of(token, salt=DECISION)
    ask = DecisionAsk.objects.select_related("person", "request__contract").filter(pk=key).first()
    if ask is None or ask.expires_at <= now:
        raise Http404
    return ask


def ask_behind(token: str, *, now: datetime) -> ApprovalAsk:
    """Return what a link was sent for. Raises Http404 for one that was not signed here or has expired."""
    key = _key_of(token, salt=APPROVAL)
    related = ("person", "approval__application__ticket__contract", "approval__application__form")
    ask = ApprovalAsk.objects.select_related(*related).filter(pk=key).first()
    if ask is None or ask.expires_at <= now:
        raise Http404
    return ask
