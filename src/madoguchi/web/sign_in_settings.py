"""Settings of the ways to sign in and of outgoing mail, from variables."""

from typing import Any
from urllib.parse import unquote, urlsplit

from madoguchi.web.variables import Variables


def oidc_providers(variables: Variables) -> dict[str, Any]:
    """Return allauth's description of the ministry's identity provider, empty where none is set."""
    issuer = variables.text("MADOGUCHI_OIDC_ISSUER")
    if not issuer:
        return {}
    app = {
        "provider_id": "ministry",
        "name": "府省共通認証",
        "client_id": variables.text("MADOGUCHI_OIDC_CLIENT"),
        "secret": variables.text("MADOGUCHI_OIDC_SECRET"),
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def ldap_settings(variables: Variables) -> dict[str, Any]:
    """Return django-auth-ldap's settings, empty where no directory is set."""
    url = variables.text("MADOGUCHI_LDAP_URL")
    if not url:
        return {}
    return {
        "AUTH_LDAP_SERVER_URI": url,
        "AUTH_LDAP_USER_DN_TEMPLATE": variables.text("MADOGUCHI_LDAP_USER_DN"),
        "AUTH_LDAP_START_TLS": variables.flag("MADOGUCHI_LDAP_START_TLS", default=True),
        "AUTH_LDAP_USER_ATTR_MAP": {"name": "cn", "mail": "mail"},
        "AUTH_LDAP_USER_QUERY_FIELD": "sign_in_name",
        "AUTH_LDAP_USER_ATTRLIST": ["cn", "mail", "uid"],
        "AUTH_LDAP_ALWAYS_UPDATE_USER": True,
        "AUTH_LDAP_CONNECTION_OPTIONS": {},
    }


def mail_settings(variables: Variables) -> dict[str, Any]:
    given = variables.text("MADOGUCHI_MAIL_URL", default="console")
    sender = variables.text("MADOGUCHI_MAIL_FROM", default="madoguchi@localhost")
    if given == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend", "DEFAULT_FROM_EMAIL": sender}
    parts = urlsplit(given)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }
