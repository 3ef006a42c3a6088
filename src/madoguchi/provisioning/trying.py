"""A system that takes accounts by SCIM, tried: asked what it can do and whether the token counts; nothing is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.provisioning_vocabulary import SystemKind, UpdateWay
from madoguchi.desk.errors import FieldError
from madoguchi.people.sayings import say
from madoguchi.people.sealing import UnreadableSecretError
from madoguchi.provisioning.models import TargetSystem
from madoguchi.provisioning.scim import LIST, ScimAnswerError, config_address, count_address, fault_of, object_of
from madoguchi.provisioning.sending import NOT_FOUND, OK, Client, client_of
from madoguchi.webhooks.posting import Answer, PostError
from madoguchi.webhooks.targets import TargetError

LONGEST = 200
UNAUTHORISED, FORBIDDEN, TOO_MANY, SERVER_FAULT = 401, 403, 429, 500
MOVED = range(300, 400)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What came of a trial, in plain words."""

    is_good: bool
    said: str


def try_system(*, access: Access, system: TargetSystem, now: datetime) -> Trial:
    """Ask a system for what it can do and for the number of its users, of whom none is read. Raises FieldError.

    The attempt is in the history before it is made; a paused system can be tried too.
    """
    access.require(Right.ADMINISTER)
    if system.kind != SystemKind.SCIM or system.contract_id != access.contract.pk:
        raise FieldError("id", _("SCIMの連携先だけを試せます。"))
    entry = Entry(act="try_account_system", subject=f"account_system:{system.pk}")
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    try:
        client = client_of(system)
        config = client.ask("GET", config_address(client.url))
        if config.status not in (OK, NOT_FOUND):
            return _refused(config)
        users = client.ask("GET", count_address(client.url))
        return _understood(client, config, users)
    except TargetError as error:
        return _bad(_("宛先に送れません: %(why)s"), why=error)
    except PostError as error:
        return _bad(_("つながりませんでした: %(why)s"), why=error)
    except UnreadableSecretError:
        return _bad(_("保存したトークンを読めません。トークンを入れ替えてください。"))
    except ScimAnswerError as error:
        return _bad(_("応答はSCIMの形ではありません（%(why)s）。基点のURLを確かめてください。"), why=error)


def _bad(text: str, **given: object) -> Trial:
    return Trial(is_good=False, said=text % {name: _plain(str(each)) for name, each in given.items()})


def _plain(text: str) -> str:
    """Return what another system said as one short printable line."""
    return "".join(each if each.isprintable() else " " for each in text)[:LONGEST]


def _refused(answer: Answer) -> Trial:
    status, detail = answer.status, fault_of(answer.body)
    if status == UNAUTHORISED:
        text = _("トークンが受け付けられませんでした（HTTP %(status)s %(detail)s）。トークンを入れ替えてください。")
    elif status == FORBIDDEN:
        text = _("このトークンには権限がありません（HTTP %(status)s %(detail)s）。相手の管理者に確かめてください。")
    elif status == NOT_FOUND:
        text = _("利用者の一覧（/Users）が見つかりません（HTTP %(status)s）。基点のURLを確かめてください。")
    elif status in MOVED:
        text = _(
            "別のアドレスへ案内されました（HTTP %(status)s）。トークンを守るため追いません。URLを確かめてください。"
        )
    elif status == TOO_MANY:
        text = _("相手が混み合っています（HTTP %(status)s）。しばらくしてから試してください。")
    elif status >= SERVER_FAULT:
        text = _("相手のシステムに障害があります（HTTP %(status)s %(detail)s）。相手の管理者に確かめてください。")
    else:
        text = _("断られました（HTTP %(status)s %(detail)s）。")
    return _bad(text, status=status, detail=detail)


def _understood(client: Client, config: Answer, users: Answer) -> Trial:
    """Return what two answers mean. Raises ScimAnswerError for a body that is none of SCIM's."""
    can = object_of(config.body) if config.status == OK else {}
    if users.status != OK:
        return _refused(users)
    listed = object_of(users.body)
    count = listed.get("totalResults")
    if LIST not in _texts(listed.get("schemas")) or not isinstance(count, int) or isinstance(count, bool):
        raise ScimAnswerError(say("利用者の一覧がありません"))
    if client.way is UpdateWay.PATCH and _is_supported(can, "patch") is False:
        return _bad(_("つながりましたが、相手はPATCHに対応していません。変更の送り方をPUTにして追加し直してください。"))
    if _is_supported(can, "filter") is False:
        return _bad(_("つながりましたが、相手は名前での検索に対応していません。すでにある利用者は引き継げません。"))
    text = _("つながりました。トークンは有効で、相手には利用者が%(n)s人います。何も送っていません。")
    return Trial(is_good=True, said=text % {"n": count})


def _texts(given: Any) -> list[str]:  # noqa: ANN401  # JSON
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []


def _is_supported(can: dict[str, Any], name: str) -> bool | None:
    """Return whether a system says it can do something; None where it says nothing."""
    said = can.get(name)
    found = said.get("supported") if isinstance(said, dict) else None
    return found if isinstance(found, bool) else None
