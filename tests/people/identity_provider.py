"""An identity provider on a loopback port that can be told to lie: OpenID Connect's code flow, PKCE asked for."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "desk", "a secret the desk shares with its provider"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the provider knows, and how its next ID token differs from a right one."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    # claims put over the right ones; None takes a claim out
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    issuer: str | None = None
    key: Any = KEY
    algorithm: str = "RS256"
    sends_id_token: bool = True
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    refused_exchanges: list[str] = field(default_factory=list)

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Return where the person's browser is sent after signing in at the provider."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "profile", "email"}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code, once, or None where the client does not prove that the code is its own."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        wrong = [
            name for name, is_right in {
                "code": asked is not None,
                "client": (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET),
                "redirect": asked is not None and form.get("redirect_uri") == asked["redirect_uri"],
                "verifier": asked is not None and challenge == asked["code_challenge"],
            }.items() if not is_right
        ]  # fmt: skip
        if wrong or asked is None:
            self.refused_exchanges.append(" ".join(wrong))
            return None
        tokens = {"access_token": "for-userinfo", "token_type": "Bearer", "expires_in": 300}
        return tokens | ({"id_token": self.id_token(asked.get("nonce"))} if self.sends_id_token else {})

    def id_token(self, nonce: str | None) -> str:
        now = int(time.time())
        right = {
            "iss": self.address, "sub": self.person["sub"], "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
        }  # fmt: skip
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        key = {"RS256": self.key, "HS256": public_text(), "none": None}[self.algorithm]
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "first"})

    def answer(self, path: str) -> dict[str, Any] | None:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        answers: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer or self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/keys": {"keys": [public | {"kid": "first", "use": "sig", "alg": "RS256"}]},
            "/userinfo": self.person | self.userinfo,
        }
        return answers.get(path)


def public_text() -> str:
    """Return the public key as the secret of an HMAC: what a forger who only has the public key would try."""
    return json.dumps(json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())))


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(dict(parse_qsl(asked.query))))
                self.end_headers()
            else:
                self.reply(provider.answer(asked.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(provider.exchange({name: values[0] for name, values in parse_qs(body).items()}))

        def reply(self, content: object) -> None:
            text = json.dumps(content or {"error": "invalid_grant"}).encode()
            self.send_response(200 if content else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_given: object) -> None:
            """Keep the tests' output free of its lines."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
