"""Sign-in by the identity provider (OpenID Connect): every ID token is checked in full, also where it came by TLS."""

import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from madoguchi.people.rules import one_line

SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY_SECONDS = 30
LONGEST = 254
LONGEST_SUBJECT = 191
ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def checked_claims(*, token: str, keys: dict[str, Any], issuer: str, client: str) -> dict[str, Any]:
    """Return what an ID token says; raise OAuth2Error where it is not the issuer's, not ours, or no longer valid."""
    try:
        header = jwt.get_unverified_header(token)
        fitting = [
            each for each in jwt.PyJWKSet.from_dict(keys).keys
            if header.get("kid") in (None, each.key_id) and each.public_key_use in (None, "sig")
        ]  # fmt: skip
        if len(fitting) != 1:
            raise OAuth2Error("no single key of the identity provider fits its ID token")
        claims: dict[str, Any] = jwt.decode(
            token, key=fitting[0], algorithms=SIGNATURES, audience=client, issuer=issuer, leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise OAuth2Error(f"the ID token is refused: {error}") from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client:
        raise OAuth2Error("the ID token was made for somebody else")
    subject = claims["sub"]
    if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise OAuth2Error("the ID token's subject is empty, too long or not to be printed")
    return claims


def kept_of(told: Mapping[str, Any]) -> dict[str, str]:
    """Return what the desk needs of the user information, as it may be kept."""
    texts = {name: told[name] for name in ("preferred_username", "name", "email") if isinstance(told.get(name), str)}
    return {"sub": told["sub"], **{name: one_line(text, longest=LONGEST) for name, text in texts.items()}}


class MinistryAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # the library has no types
    """The library trusts a token that came by TLS; this one asks for signature, issuer and subject all the same."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        missing = [name for name in ENDPOINTS if not isinstance(config.get(name), str)]
        if missing:
            raise OAuth2Error(f"the identity provider's description lacks {', '.join(missing)}")
        expected = str(self.get_provider().app.settings["server_url"]).partition("/.well-known/")[0]
        if config["issuer"].rstrip("/") != expected.rstrip("/"):
            raise OAuth2Error("the identity provider calls itself by another name than MADOGUCHI_OIDC_ISSUER")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **given: Any) -> Any:  # noqa: ANN401
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        claims = checked_claims(
            token=str(given["response"].get("id_token") or ""), keys=answer.json(),
            issuer=self.openid_config["issuer"], client=app.client_id,
        )  # fmt: skip
        told = self._fetch_user_info(token.token)
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
            raise OAuth2Error("the identity provider answered about somebody else")
        # all that is kept of the answers: the library stores them as they are
        kept = {"userinfo": kept_of(told), "id_token": {"sub": claims["sub"], "nonce": claims.get("nonce")}}
        return self.get_provider().sociallogin_from_response(request, kept)


class MinistryProvider(OpenIDConnectProvider):  # type: ignore[misc]  # the library has no types
    """Each sign-in carries a nonce that its ID token must bring back; `ProviderAdapter` compares them."""

    package = "allauth.socialaccount.providers.openid_connect"
    oauth2_adapter_class = MinistryAdapter
    supports_token_authentication = False

    def redirect(self, request: HttpRequest, process: str, **given: Any) -> HttpResponse:  # noqa: ANN401
        nonce = secrets.token_urlsafe(24)
        given["auth_params"] = {"nonce": nonce}
        try:
            answer: HttpResponse = super().redirect(request, process, nonce=nonce, **given)
        except (RequestException, OAuth2Error) as error:
            return refused(request, self, error)
        return answer


def refused(request: HttpRequest, provider: Any, error: Exception) -> HttpResponse:  # noqa: ANN401
    answer: HttpResponse = render_authentication_error(request, provider, exception=error)
    return answer
