"""Sign-in by the ministry's LDAP directory."""

from typing import Any

from django_auth_ldap.backend import LDAPBackend

from madoguchi.people.models import Person
from madoguchi.people.rules import person_search_key


class DirectoryBackend(LDAPBackend):  # type: ignore[misc]  # the library has no types
    """People of the directory get an account at their first sign-in, and no role with it."""

    def get_user_model(self) -> type[Person]:
        return Person

    def authenticate_ldap_user(self, ldap_user: Any, password: str) -> Person | None:  # noqa: ANN401
        person: Person | None = super().authenticate_ldap_user(ldap_user, password)
        if person is not None:
            person.search_key = person_search_key(
                name=person.name, reading=person.reading, mail=person.mail, extension=person.extension
            )
            person.save(update_fields=["search_key"])
        return person
