"""Settings of the ways to sign in and of outgoing mail, from variables."""

import importlib.util
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from madoguchi.web.variables import Variables

NAMED_BY = re.compile(r"([A-Za-z][A-Za-z0-9-]*)=%\(user\)s(,[^%]+)?")


MAIL_SCHEMES = {"smtp": {}, "smtps": {"EMAIL_USE_SSL": True}, "smtp+starttls": {"EMAIL_USE_TLS": True}}


def oidc_providers(variables: Variables) -> dict[str, Any]:
    """Return allauth's description of the ministry's identity provider, of none where none is set."""
    provider: dict[str, Any] = {"provider_class": "madoguchi.people.ministry.MinistryProvider", "APPS": []}
    issuer = variables.text("MADOGUCHI_OIDC_ISSUER")
    if issuer:
        app = {
            "provider_id": "ministry",
            "name": "府省共通認証",
            "client_id": variables.needed("MADOGUCHI_OIDC_CLIENT", by="MADOGUCHI_OIDC_ISSUER"),
            "secret": variables.needed("MADOGUCHI_OIDC_SECRET", by="MADOGUCHI_OIDC_ISSUER"),
            "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
        }
        provider["APPS"].append(app)
    return {"openid_connect": provider}


def form_targets(providers: dict[str, Any]) -> list[str]:
    """Return the origins that a form may lead to: browsers hold the redirect after it to the content policy, too."""
    addresses = [urlsplit(app["settings"]["server_url"]) for app in providers["openid_connect"]["APPS"]]
    return [f"{parts.scheme}://{parts.netloc}" for parts in addresses]


def ldap_settings(variables: Variables) -> dict[str, Any]:
    """Return how the directory is asked, empty where none is set."""
    url = variables.text("MADOGUCHI_LDAP_URL")
    if not url:
        return {}
    is_tls = urlsplit(url).scheme == "ldaps"
    if not is_tls and urlsplit(url).scheme != "ldap":
        variables.report("MADOGUCHI_LDAP_URL", f"given {urlsplit(url).scheme or 'nothing'}://…")
    if importlib.util.find_spec("ldap") is None:
        variables.report("MADOGUCHI_LDAP_URL", "given, but python-ldap is not installed (requirements/ldap.in)")
    user_dn = variables.needed("MADOGUCHI_LDAP_USER_DN", by="MADOGUCHI_LDAP_URL")
    named_by = NAMED_BY.fullmatch(user_dn)
    if user_dn and not named_by:
        variables.report("MADOGUCHI_LDAP_USER_DN", f"given {user_dn!r}")
    ca_file = variables.text("MADOGUCHI_LDAP_CA_FILE")
    if ca_file and not Path(ca_file).is_file():
        variables.report("MADOGUCHI_LDAP_CA_FILE", f"given {ca_file!r}, which is no file")
    return {
        "url": url,
        "user_dn": user_dn,
        "name_attribute": named_by.group(1) if named_by else "",
        "start_tls": variables.flag("MADOGUCHI_LDAP_START_TLS", default=True) and not is_tls,
        "ca_file": ca_file,
        "seconds": 5.0,
    }


def mail_settings(variables: Variables, *, folder: Path) -> dict[str, Any]:
    """Return how mail is sent: by a server, to the console, or (unless said) as a file each into a folder."""
    given = variables.text("MADOGUCHI_MAIL_URL", default="files")
    sender = variables.text("MADOGUCHI_MAIL_FROM", default="madoguchi@localhost")
    if given == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend", "DEFAULT_FROM_EMAIL": sender}
    if given == "files":
        kept = {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
        return {**kept, "DEFAULT_FROM_EMAIL": sender}
    parts = urlsplit(given)
    if parts.scheme not in MAIL_SCHEMES:
        variables.report("MADOGUCHI_MAIL_URL", f"given {parts.scheme or 'nothing'}://…")
    return {
        **MAIL_SCHEMES.get(parts.scheme, {}),
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }
