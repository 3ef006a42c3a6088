"""Who may sign in, as django-allauth asks it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from madoguchi.people.models import Person
from madoguchi.people.rules import person_search_key


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Accounts are given by an administrator; nobody signs up by themselves."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Whoever the ministry's identity provider vouches for is known, and sees nothing until given a role."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:  # noqa: ANN401
        return True

    def pre_social_login(self, _request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401
        """Connect a first sign-in to the account whose sign-in name the provider gives."""
        if sociallogin.is_existing:
            return
        name = sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data).get("preferred_username")
        known = Person.objects.filter(sign_in_name=name, is_active=True).first() if name else None
        if known is not None:
            sociallogin.connect(_request, known)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:  # noqa: ANN401
        person = super().populate_user(request, sociallogin, data)
        given = sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data)
        person.name = str(given.get("name") or given.get("preferred_username") or data.get("username") or "")[:120]
        person.search_key = person_search_key(name=person.name, reading="", mail=person.mail, extension="")
        return person
