"""Sign-in by the ministry's LDAP directory."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import ldap
import ldap.dn
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from madoguchi.people.models import Person
from madoguchi.people.operations import welcome_person
from madoguchi.people.rules import one_line
from madoguchi.people.sign_in import DIRECTORY_SILENT

log = logging.getLogger(__name__)
REFUSALS = (ldap.INVALID_CREDENTIALS, ldap.NO_SUCH_OBJECT, ldap.INVALID_DN_SYNTAX, ldap.UNWILLING_TO_PERFORM)


class DirectoryBackend(ModelBackend):
    """People of the directory get an account at their first sign-in, and no role with it."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_given: Any,  # noqa: ANN401
    ) -> Person | None:  # fmt: skip
        # an empty password would bind as nobody, which directories take for a success
        if not username or not password or "\0" in username + password:
            return None
        try:
            entry = entry_of(settings.LDAP, name=username.strip(), password=password)
        except ldap.LDAPError as error:
            log.warning("the directory %s gives no answer: %s", settings.LDAP["url"], error)
            if request is not None:
                request.META[DIRECTORY_SILENT] = True
            return None
        return _person_of(entry) if entry else None


def entry_of(how: Mapping[str, Any], *, name: str, password: str) -> Mapping[str, str] | None:
    """Return the person's own entry, read as themselves, or None where the directory refuses name and password."""
    connection = ldap.initialize(how["url"], bytes_mode=False)
    try:
        for option, value in options_of(how):
            connection.set_option(option, value)
        if how["start_tls"]:
            connection.start_tls_s()
        dn = how["user_dn"].replace("%(user)s", ldap.dn.escape_dn_chars(name))
        try:
            connection.simple_bind_s(dn, password)
        except REFUSALS:
            return None
        return _read(connection, dn, how["name_attribute"])
    finally:
        connection.unbind_s()


def options_of(how: Mapping[str, Any]) -> Sequence[tuple[int, Any]]:
    """Return how to speak to the directory: only with its certificate proven, and never waiting for long."""
    options: list[tuple[int, Any]] = [
        (ldap.OPT_PROTOCOL_VERSION, ldap.VERSION3),
        (ldap.OPT_REFERRALS, 0),
        (ldap.OPT_NETWORK_TIMEOUT, how["seconds"]),
        (ldap.OPT_TIMEOUT, how["seconds"]),
        (ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND),
    ]
    if how["ca_file"]:
        options.append((ldap.OPT_X_TLS_CACERTFILE, how["ca_file"]))
    return [*options, (ldap.OPT_X_TLS_NEWCTX, 0)]


def _read(connection: Any, dn: str, name_attribute: str) -> Mapping[str, str] | None:  # noqa: ANN401  # the library has no types
    wanted = [name_attribute, "cn", "mail"]
    try:
        rows = connection.search_s(dn, ldap.SCOPE_BASE, attrlist=wanted)
    except ldap.NO_SUCH_OBJECT:
        rows = []
    given = {key.lower(): values[0].decode("utf-8", "replace") for _, row in rows for key, values in row.items()}
    sign_in_name = one_line(given.get(name_attribute.lower()), longest=150)
    if not sign_in_name:
        log.warning("the directory lets a person in but does not show them their own %s", name_attribute)
        return None
    name, mail = one_line(given.get("cn"), longest=120), one_line(given.get("mail"), longest=254)
    return {"sign_in_name": sign_in_name, "name": name, "mail": mail}


def _person_of(entry: Mapping[str, str]) -> Person:
    return welcome_person(**entry, actor="system:directory", at=timezone.now())
