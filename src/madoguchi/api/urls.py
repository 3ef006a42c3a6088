"""The API: who comes in, how refusals are said, and where its parts are."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from madoguchi.api.models import ApiToken
from madoguchi.api.operations import secret_hash
from madoguchi.api.views import router
from madoguchi.core.errors import MadoguchiError
from madoguchi.desk.errors import FieldError, StaleTicketError
from madoguchi.desk.operations.macros import StaleMacroError
from madoguchi.knowledge.operations import StaleArticleError
from madoguchi.prepared.queries import prepared

BAD_REQUEST = 400


class Bearer(HttpBearer):
    """Let a valid token in as its person."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        now = timezone.now()
        found = next((each for each in _standing(secret_hash(token)) if each.expires_at > now), None)
        if found is not None:
            request.user = found.person
            request.api_token = found  # type: ignore[attr-defined]
        return found


@prepared
def _standing(secret_hash: str) -> QuerySet[ApiToken]:
    """Return the token of a secret, unless it was revoked or its person was shut out since."""
    is_after = Q(person__access_ended_at__isnull=True) | Q(created_at__gt=F("person__access_ended_at"))
    known = ApiToken.objects.select_related("person").filter(hash=secret_hash, revoked_at__isnull=True)
    return known.filter(is_after, person__is_active=True)


api = NinjaAPI(title="Madoguchi", version="1", auth=Bearer(), urls_namespace="api", docs_url=None)
api.add_router("", router)


def _said(request: HttpRequest, status: int, *problems: tuple[str, str]) -> HttpResponse:
    body = {"problems": [{"field": field, "message": message} for field, message in problems]}
    return api.create_response(request, body, status=status)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _said(request, 422, *(_problem(each) for each in error.errors))


def _problem(error: dict[str, Any]) -> tuple[str, str]:
    """Return the field and, in the reader's language, what is allowed."""
    place = [str(part) for part in error.get("loc", ()) if part not in ("body", "query", "path", "header", "given")]
    texts = {
        "missing": _("必須の項目です。"),
        "extra_forbidden": _("この項目はありません。"),
        "string_too_long": _("長すぎます。"),
        "string_too_short": _("入力してください。"),
        "string_pattern_mismatch": _("使えない文字が含まれています。"),
        "enum": _("選択肢にない値です。"),
        "timezone_aware": _("時差を含む日時を指定してください（例 2026-04-01T09:00:00+09:00）。"),
    }
    detail = (error.get("ctx") or {}).get("expected", "")
    text = texts.get(str(error.get("type")), _("値の形式が正しくありません。"))
    return ".".join(place), f"{text} {detail}".strip()


@api.exception_handler(FieldError)
def wrong_field(request: HttpRequest, error: FieldError) -> HttpResponse:
    return _said(request, 422, (error.field, str(error)))


@api.exception_handler(StaleTicketError)
@api.exception_handler(StaleArticleError)
@api.exception_handler(StaleMacroError)
def stale(request: HttpRequest, error: MadoguchiError) -> HttpResponse:
    return _said(request, 409, ("version", str(error)))


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    limit = {"n": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    return _said(request, 413, ("", _("%(n)sバイト以内にしてください。") % limit))


@api.exception_handler(MadoguchiError)
def refused(request: HttpRequest, error: MadoguchiError) -> HttpResponse:
    return _said(request, 409, ("", str(error)))


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    return _said(request, 403, ("", _("この操作の権限がありません。")))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    return _said(request, 404, ("", _("見つかりません。")))


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    answer = _said(request, 401, ("", _("有効なトークンが必要です。")))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == BAD_REQUEST:
        return _said(request, BAD_REQUEST, ("", _("本文をJSONとして読めません。")))
    return _said(request, error.status_code, ("", str(error)))
