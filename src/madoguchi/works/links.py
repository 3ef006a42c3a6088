"""Signed addresses in mails: opening one shows, only a press of a button there acts."""

from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from madoguchi.works.models import ApprovalAsk

SALT = "works.approval"


def approval_address(ask: ApprovalAsk) -> str:
    """Return the address in an approver's mail; whoever has it answers as that approver, until it expires."""
    token = Signer(salt=SALT).sign(str(ask.pk))
    return settings.SITE_ADDRESS + reverse("approval_link", kwargs={"token": token})


def ask_behind(token: str, *, now: datetime) -> ApprovalAsk:
    """Return what a link was sent for. Raises Http404 for one that was not signed here or has expired."""
    try:
        key = Signer(salt=SALT).unsign(token)
    except BadSignature:
        raise Http404 from None
    related = ("person", "approval__application__ticket__contract", "approval__application__form")
    ask = ApprovalAsk.objects.select_related(*related).filter(pk=int(key)).first()
    if ask is None or ask.expires_at <= now:
        raise Http404
    return ask
