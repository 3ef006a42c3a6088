"""Pages of sign-in and of the second factor: the library's, with what they change written into the history."""

from typing import Any

from allauth.account.views import PasswordChangeView, PasswordSetView
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from requests import RequestException

from madoguchi.people.ministry import MinistryAdapter, refused
from madoguchi.people.models import Person
from madoguchi.people.operations import record_act_of, record_refused_sign_in


def ministry_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _at_ministry(OAuth2LoginView, request, provider_id)


def ministry_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _at_ministry(OAuth2CallbackView, request, provider_id)


def _at_ministry(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:  # noqa: ANN401  # the library has no types
    adapter = MinistryAdapter(request, provider_id)
    try:
        answer: HttpResponse = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (RequestException, OAuth2Error) as error:
        return refused(request, adapter.get_provider(), error)
    return answer


class _OfOurOwn:
    """A page on a password of ours: who is vouched for by the ministry has none and gets none."""

    def dispatch(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:  # noqa: ANN401
        person = request.user
        if isinstance(person, Person) and person.vouched_by:
            message = _("パスワードは府省の認証基盤で管理されています。ここでは設定も変更もできません。")
            return render(request, "refused.html", {"message": message}, status=403)
        answer: HttpResponse = super().dispatch(request, *given, **named)  # type: ignore[misc]  # the library's page
        return answer


@method_decorator(login_required, name="dispatch")
class ChangePassword(_OfOurOwn, PasswordChangeView):  # type: ignore[misc]  # the library has no types
    pass


@method_decorator(login_required, name="dispatch")
class SetPassword(_OfOurOwn, PasswordSetView):  # type: ignore[misc]  # the library has no types
    pass


class _Recorded:
    """A page whose valid form changes a person's second factor: change and history row in one transaction."""

    act: str
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401
        assert isinstance(self.request.user, Person)
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # the library's page
            record_act_of(person=self.request.user, act=self.act, at=timezone.now())
        return answer


class EnableTotp(_Recorded, ActivateTOTPView):  # type: ignore[misc]  # the library has no types
    act = "enable_totp"


class DisableTotp(_Recorded, DeactivateTOTPView):  # type: ignore[misc]  # the library has no types
    act = "disable_totp"


class MakeRecoveryCodes(_Recorded, GenerateRecoveryCodesView):  # type: ignore[misc]  # the library has no types
    act = "make_recovery_codes"


class AskSecondFactor(AuthenticateView):  # type: ignore[misc]  # the library has no types
    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ANN401
        record_refused_sign_in(person=self.stage.login.user, reason="wrong_code", at=timezone.now())
        answer: HttpResponse = super().form_invalid(form)
        return answer


class AskSecondFactorAgain(ReauthenticateView):  # type: ignore[misc]  # the library has no types
    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ANN401
        assert isinstance(self.request.user, Person)
        record_refused_sign_in(person=self.request.user, reason="wrong_code", at=timezone.now())
        answer: HttpResponse = super().form_invalid(form)
        return answer
