"""Who may sign in, as django-allauth asks it; each answer is a row of the installation's history."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.audit.operations import Entry, record
from madoguchi.audit.rules import INSTALLATION
from madoguchi.people.models import Person
from madoguchi.people.operations import record_act_of, record_refused_sign_in, vouch_for
from madoguchi.people.rules import one_line, person_search_key

DIRECTORY_SILENT = "madoguchi.directory_silent"
# refusals that cost the sender nothing are written once in so many seconds for each address they come from
QUIET_SECONDS = 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Accounts are given by an administrator; nobody signs up by themselves."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "directory_silent": _(
            "認証サーバー（LDAP）に接続できないため、サインインできません。しばらくしてからもう一度お試しください。"
        ),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self.record_once(request, reason="too_many_attempts")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Write the refusal; say so where it is the directory's silence and not the password."""
        person = Person.objects.filter(sign_in_name=credentials.get("username")).first()
        if request.META.get(DIRECTORY_SILENT):
            record_refused_sign_in(person=person, reason="directory_silent", at=timezone.now())
            raise self.validation_error("directory_silent")
        record_refused_sign_in(person=person, reason="wrong_password", at=timezone.now())

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        record_refused_sign_in(person=user, reason="inactive", at=timezone.now())
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer

    def login(self, request: HttpRequest, user: Person) -> None:
        with transaction.atomic():
            super().login(request, user)
            record_act_of(person=user, act="sign_in", at=timezone.now(), details={"means": _means(request, user)})

    def logout(self, request: HttpRequest) -> None:
        with transaction.atomic():
            if isinstance(request.user, Person):
                record_act_of(person=request.user, act="sign_out", at=timezone.now())
            super().logout(request)

    def set_password(self, user: Person, password: str) -> None:
        if user.vouched_by:
            raise PermissionDenied("the ministry vouches for this person: a password of ours would be a second way in")
        with transaction.atomic():
            super().set_password(user, password)
            record_act_of(person=user, act="change_password", at=timezone.now())

    def record_once(self, request: HttpRequest, *, reason: str) -> None:
        """Write a refusal that anybody can cause at will, but not each time."""
        if cache.add(f"refused:{reason}:{self.get_client_ip(request)}", value=True, timeout=QUIET_SECONDS):
            record_refused_sign_in(person=None, reason=reason, at=timezone.now())


def _means(request: HttpRequest, person: Person) -> list[str]:
    """Return what the person proved themselves by, in order: password, socialaccount, totp, recovery_codes."""
    records = get_authentication_records(request, person)
    return list(dict.fromkeys(str(each.get("type") or each["method"]) for each in records))


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Whoever the ministry's identity provider vouches for is known, and sees nothing until given a role."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:  # noqa: ANN401
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401
        """Connect a first sign-in to the account whose sign-in name the provider gives."""
        given = sociallogin.account.extra_data
        nonce = sociallogin.state.get("nonce")
        if not nonce or given["id_token"].get("nonce") != nonce:
            raise PermissionDenied("the ID token was made for another sign-in")
        # the library would keep them apart from the person's mail, and ask to have them confirmed
        sociallogin.email_addresses = []
        if not sociallogin.is_existing:
            self._connect_by_name(request, sociallogin, given["userinfo"].get("preferred_username"))

    def _connect_by_name(self, request: HttpRequest, sociallogin: Any, name: str | None) -> None:  # noqa: ANN401
        known = Person.objects.filter(sign_in_name=name).first() if name else None
        if known is None:
            return
        if not known.is_active:
            raise ImmediateHttpResponse(account_adapter(request).respond_user_inactive(request, known))
        if SocialAccount.objects.filter(user=known, provider=sociallogin.account.provider).exists():
            # the provider gave a name to somebody new: they are not the person who had it
            return
        with transaction.atomic():
            sociallogin.connect(request, known)
            vouch_for(person=known, by="provider", actor="system:provider", at=timezone.now())
            record_act_of(person=known, act="connect_provider", at=timezone.now())

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:  # noqa: ANN401
        person = super().populate_user(request, sociallogin, data)
        given = sociallogin.account.extra_data["userinfo"]
        person.sign_in_name = one_line(given.get("preferred_username"), longest=150)
        person.name = one_line(given.get("name") or given.get("preferred_username") or given["sub"], longest=120)
        person.vouched_by = "provider"
        person.search_key = person_search_key(name=person.name, reading="", mail=person.mail, extension="")
        return person

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:  # noqa: ANN401
        with transaction.atomic():
            person = super().save_user(request, sociallogin, form)
            entry = Entry(act="add_person", subject=person.key)
            record(chain=INSTALLATION, at=timezone.now(), actor="system:provider", entries=[entry])
        return person

    def on_authentication_error(self, request: HttpRequest, _provider: Any, **_given: Any) -> None:  # noqa: ANN401
        account_adapter(request).record_once(request, reason="provider")
