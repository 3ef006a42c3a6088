"""Accounts as SCIM 2.0 has them (RFC 7643, RFC 7644): bodies, and answers read. Pure, but for JSON and words."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from madoguchi.people.sayings import SaidError, say
from madoguchi.provisioning.accounts import Account

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
MEDIA_TYPE = "application/scim+json"
LONGEST_ID = 200
Body = dict[str, Any]


class ScimAnswerError(SaidError):
    """The answer is none that SCIM allows; the message says what was missing."""


def user_of(account: Account) -> Body:
    """Return the whole resource; attributes without a value are left out, which is how SCIM says that."""
    return {"schemas": [USER, ENTERPRISE], **_values(account)}


def _values(account: Account) -> Body:
    values: Body = {
        "userName": account.user_name, "externalId": account.number, "active": account.is_active,
        "displayName": account.name, "name": {"formatted": account.name} if account.name else None,
        "preferredLanguage": account.language,
        "emails": [{"value": account.mail, "type": "work", "primary": True}] if account.mail else None,
        "phoneNumbers": [{"value": account.phone, "type": "work"}] if account.phone else None,
        ENTERPRISE: {"department": account.division} if account.division else None,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value not in (None, "")}


# what a user may lose, by the paths of RFC 7644, 3.5.2
LOST = {
    "displayName": "displayName", "name": "name", "preferredLanguage": "preferredLanguage", "emails": "emails",
    "phoneNumbers": "phoneNumbers", ENTERPRISE: f"{ENTERPRISE}:department",
}  # fmt: skip


def patch_of(account: Account) -> Body:
    """Return the change to an account as it is now: what has a value is put in its place, the rest is taken out."""
    values = _values(account)
    operations: list[Body] = [{"op": "replace", "value": values}]
    operations += [{"op": "remove", "path": path} for name, path in LOST.items() if name not in values]
    return {"schemas": [PATCH], "Operations": operations}


def users_address(base: str) -> str:
    return f"{base.rstrip('/')}/Users"


def user_address(base: str, remote_id: str) -> str:
    return f"{users_address(base)}/{quote(remote_id, safe='')}"


def search_address(base: str, user_name: str) -> str:
    """Return where the one user of a name is asked for."""
    wanted = f"userName eq {json.dumps(user_name, ensure_ascii=False)}"
    return f"{users_address(base)}?{urlencode({'filter': wanted}, quote_via=quote)}"


def config_address(base: str) -> str:
    """Return where a system says what it can do (RFC 7644, 4)."""
    return f"{base.rstrip('/')}/ServiceProviderConfig"


def count_address(base: str) -> str:
    """Return where the number of users is asked for, and none of them (RFC 7644, 3.4.2.4)."""
    return f"{users_address(base)}?count=0"


def id_of(body: bytes) -> str:
    """Return the id a system gave a user it made. Raises ScimAnswerError."""
    return _id(object_of(body))


def found_id(body: bytes) -> str:
    """Return the id of the one user that a search found. Raises ScimAnswerError."""
    listed = object_of(body)
    users = listed.get("Resources", [])
    schemas = listed.get("schemas")
    if not isinstance(schemas, list) or LIST not in schemas or not isinstance(users, list) or len(users) != 1:
        raise ScimAnswerError(say("一人の利用者の一覧がありません"))
    return _id(users[0])


def object_of(body: bytes) -> Body:
    """Return an answer's JSON object. Raises ScimAnswerError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ScimAnswerError(say("JSONとして読めません")) from error
    if not isinstance(found, dict):
        raise ScimAnswerError(say("JSONのオブジェクトではありません"))
    return found


def _id(user: object) -> str:
    found = user.get("id") if isinstance(user, dict) else None
    if not isinstance(found, str) or not found or len(found) > LONGEST_ID or "\0" in found:
        raise ScimAnswerError(say("1～%(n)s文字の id がありません", n=LONGEST_ID))
    return found


def fault_of(body: bytes) -> str:
    """Return what an error says of itself, or nothing."""
    try:
        detail = object_of(body).get("detail")
    except ScimAnswerError:
        return ""
    return detail if isinstance(detail, str) else ""
