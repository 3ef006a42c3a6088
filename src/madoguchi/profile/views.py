"""The page of one's own account."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from madoguchi.api.models import ApiToken
from madoguchi.api.operations import give_token, revoke_token
from madoguchi.audit.rules import INSTALLATION
from madoguchi.contracts.access import access_to, accesses_of
from madoguchi.desk.models import SavedFilter
from madoguchi.desk.operations.filters import delete_filter
from madoguchi.people.models import Person
from madoguchi.people.operations import change_person
from madoguchi.profile.forms import NameForm, TokenForm


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:  # noqa: ANN401  # forms and a secret
    person, now = cast("Person", request.user), timezone.now()
    contracts = [each.contract for each in accesses_of(person=person, day=timezone.localdate())]
    context = {
        "has_second_factor": Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists(),
        "name_form": NameForm(initial={"name": person.name, "reading": person.reading}),
        "token_form": TokenForm(),
        "tokens": person.api_tokens.filter(revoked_at__isnull=True, expires_at__gt=now).order_by("pk"),
        "filters": SavedFilter.objects.filter(person=person, contract__in=contracts)
        .select_related("contract").order_by("contract__key", "name"),
    } | more  # fmt: skip
    return render(request, "profile/account.html", context, status=status)


@require_GET
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def change_name(request: HttpRequest) -> HttpResponse:
    """Change one's own name; whom the ministry vouches for has the name it gives."""
    person, form = cast("Person", request.user), NameForm(request.POST)
    if person.vouched_by:
        message = _("氏名は府省の認証基盤から受け取ります。ここでは変更できません。")
        return render(request, "refused.html", {"message": message}, status=403)
    if not form.is_valid():
        return _page(request, status=422, name_form=form)
    now = timezone.now()
    change_person(person=person, actor=person.key, at=now, changes=dict(form.cleaned_data), chain=INSTALLATION)
    messages.success(request, _("保存しました。"))
    return redirect("own_account")


@require_POST
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """Give oneself a token; its secret is shown on this page and nowhere else."""
    person, form = cast("Person", request.user), TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, token_form=form)
    secret = give_token(person=person, actor=person.key, at=timezone.now(), **form.cleaned_data)
    return _page(request, secret=secret)


@require_POST
@login_required
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    person = cast("Person", request.user)
    token = get_object_or_404(ApiToken, person=person, pk=token_id, revoked_at__isnull=True)
    revoke_token(token=token, actor=person.key, at=timezone.now())
    messages.success(request, _("トークンを取り消しました。"))
    return redirect("own_account")


@require_POST
@login_required
def forget_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    person = cast("Person", request.user)
    own = get_object_or_404(SavedFilter.objects.select_related("contract"), person=person, pk=filter_id)
    access = access_to(person=person, contract_key=own.contract.key, day=timezone.localdate())
    delete_filter(access=access, saved=own, now=timezone.now())
    messages.success(request, _("削除しました。"))
    return redirect("own_account")
