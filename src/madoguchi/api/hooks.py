"""Signed messages of other programs, taken at an address of their own: no session, no token."""

import json
import logging
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from madoguchi.desk.errors import FieldError
from madoguchi.people.sealing import UnreadableSecretError
from madoguchi.webhooks.incoming import ReplayError, asked_from, open_ticket
from madoguchi.webhooks.models import Source
from madoguchi.webhooks.signing import SignatureError, check_signature, secrets_of

LOG = logging.getLogger(__name__)
MAX_BODY = 100_000
MAX_MESSAGE = 100
UNAUTHORIZED, CONFLICT, TOO_LARGE, UNPROCESSABLE = 401, 409, 413, 422


@csrf_exempt  # nothing of a browser's is trusted here: the signature is
@require_POST
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Open a ticket for a signed message: 201, or 401 for a wrong signature, 409 for one that came before, 422."""
    now = timezone.now()
    if len(request.body) > MAX_BODY:
        return _said(TOO_LARGE, "body", _("%(n)sバイト以内にしてください。") % {"n": MAX_BODY})
    try:
        source = _signed_source(request, key, now=now)
        message = request.headers["webhook-id"]
        ticket = open_ticket(source=source, message=message, asked=asked_from(_read(request.body)), now=now)
    except (SignatureError, Http404) as error:
        return _said(UNAUTHORIZED, str(error) or "person", _("署名を確認できません。"))
    except ReplayError as error:
        return _said(CONFLICT, str(error), _("この通知はすでに受け取っています。"))
    except FieldError as error:
        return _said(UNPROCESSABLE, error.field, str(error))
    return JsonResponse({"number": ticket.number, "reference": ticket.reference}, status=201)


def _signed_source(request: HttpRequest, key: str, *, now: datetime) -> Source:
    """Return who a message is from. Raises SignatureError: a stranger cannot tell which addresses there are."""
    message = request.headers.get("webhook-id", "")
    if not (0 < len(message) <= MAX_MESSAGE and message.isascii() and message.isprintable()):
        raise SignatureError("webhook-id")
    source = Source.objects.filter(key=key, is_active=True).select_related("contract", "person").first()
    if source is None:
        raise SignatureError("webhook-signature")
    try:
        secrets = secrets_of(source, now=now)
    except UnreadableSecretError as error:
        # refused like a stranger's; whoever runs the desk has to make a new secret
        LOG.warning("source %s: its kept secret cannot be read with this installation's key; make a new one", key)
        raise SignatureError("webhook-signature") from error
    check_signature(
        secrets=secrets, message=message,
        moment=request.headers.get("webhook-timestamp", ""),
        signatures=request.headers.get("webhook-signature", ""), body=request.body, now=now,
    )  # fmt: skip
    return source


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FieldError("body", _("JSONのオブジェクトを送ってください。")) from error


def _said(status: int, field: str, message: str) -> HttpResponse:
    return JsonResponse({"problems": [{"field": field, "message": message}]}, status=status)
