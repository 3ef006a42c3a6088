"""Signatures: an example worked out by hand, and everything that is none."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.webhooks.signing import SignatureError, check_signature, new_secret, signature

NOW = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
MOMENT = str(int(NOW.timestamp()))
BODY = '{"件名":"x"}'.encode()


def test_a_signature_is_the_hmac_of_id_moment_and_body() -> None:
    secret = new_secret()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    by_hand = hmac.new(key, b"msg_1." + MOMENT.encode() + b"." + BODY, hashlib.sha256).digest()
    assert signature(secret=secret, message="msg_1", at=NOW, body=BODY) == "v1," + base64.b64encode(by_hand).decode()
    assert len(key) == 32


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"body": BODY + b" "}, "webhook-signature"),
        ({"message": "msg_2"}, "webhook-signature"),
        ({"secrets": [new_secret()]}, "webhook-signature"),
        ({"signatures": ""}, "webhook-signature"),
        ({"signatures": "v1,"}, "webhook-signature"),
        ({"signatures": "v1,%%%"}, "webhook-signature"),
        ({"signatures": "v2,AAAA"}, "webhook-signature"),
        ({"moment": ""}, "webhook-timestamp"),
        ({"moment": "１７"}, "webhook-timestamp"),
        ({"moment": "9" * 400}, "webhook-timestamp"),
        ({"moment": str(int(MOMENT) - 301)}, "webhook-timestamp"),
        ({"moment": str(int(MOMENT) + 301)}, "webhook-timestamp"),
        ({"moment": str(int(MOMENT) + 1)}, "webhook-signature"),
    ],
)
def test_anything_else_is_refused(changed: dict[str, object], named: str) -> None:
    secret = new_secret()
    right = signature(secret=secret, message="msg_1", at=NOW, body=BODY)
    given = {"secrets": [secret], "message": "msg_1", "moment": MOMENT, "signatures": right, "body": BODY, "now": NOW}
    check_signature(**given)  # type: ignore[arg-type]
    check_signature(**given | {"signatures": f"v1,AAAA {right}", "now": NOW + timedelta(minutes=5)})  # type: ignore[arg-type]
    with pytest.raises(SignatureError, match=named):
        check_signature(**given | changed)  # type: ignore[arg-type]
