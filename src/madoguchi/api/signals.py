"""Notifications of monitoring programs, taken at an address of their own: no session, the source's secret alone."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from madoguchi.core.monitoring_vocabulary import MessageState
from madoguchi.monitoring.operations.receive import receive
from madoguchi.monitoring.operations.sources import known_source, note_refusal

MAX_BODY = 1_000_000
SCHEME = "Bearer "
OK, UNAUTHORIZED, TOO_LARGE, UNPROCESSABLE = 200, 401, 413, 422


@csrf_exempt  # nothing of a browser's is trusted here: the secret is
@require_POST
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Take a notification: 200, also for one that came before; 401, 413; 422 for one that was kept, yet not read."""
    now = timezone.now()
    given = request.headers.get("authorization", "")
    source = known_source(key=key, secret=given.removeprefix(SCHEME), now=now) if given.startswith(SCHEME) else None
    if source is None:
        note_refusal(key=key, reason=_("認証できません。"), now=now)
        return _said(UNAUTHORIZED, "authorization", _("認証できません。"))
    if len(request.body) > MAX_BODY:
        text = _("%(n)sバイト以内にしてください。") % {"n": MAX_BODY}
        note_refusal(key=key, reason=text, now=now)
        return _said(TOO_LARGE, "body", text)
    receipt = receive(source_id=source.pk, raw=request.body, now=now)
    if receipt.state is MessageState.QUARANTINED:
        return _said(UNPROCESSABLE, "body", *receipt.problems)
    answer = {
        "taken": receipt.count, "repeated": receipt.is_repeated,
        "problems": [{"field": "body", "message": each} for each in receipt.problems],
    }  # fmt: skip
    return JsonResponse(answer, status=OK)


def _said(status: int, field: str, *messages: str) -> HttpResponse:
    return JsonResponse({"problems": [{"field": field, "message": each} for each in messages]}, status=status)
