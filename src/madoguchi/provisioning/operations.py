"""Systems added, paused, taken away; accounts sent again; files handed out."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.assets.locks import lock_registers
from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.provisioning_vocabulary import AccountField, CsvEncoding, SystemKind, UpdateWay
from madoguchi.core.vocabulary import DeliveryState
from madoguchi.desk.errors import FieldError
from madoguchi.people.sealing import sealed
from madoguchi.provisioning.accounts import accounts_of
from madoguchi.provisioning.models import Push, TargetSystem
from madoguchi.provisioning.sending import PURPOSE
from madoguchi.provisioning.ticking import tick_tasks_of
from madoguchi.reports.table_files import safe_cell
from madoguchi.webhooks.outgoing import allowed_networks
from madoguchi.webhooks.targets import PORTS, TargetError, is_in_named_network, parts_of, resolved

MAX_OF_A_CONTRACT = 20
MAX_COLUMNS, MAX_HEADING = 40, 60
AT_ONCE = 500
Columns = Sequence[tuple[str, AccountField]]


@transaction.atomic
def add_scim_system(
    *, access: Access, name: str, url: str, token: str, update_way: UpdateWay, now: datetime
) -> TargetSystem:
    """Add a system that takes accounts by SCIM 2.0; its token is kept sealed and is never shown again.

    Raises FieldError for an address that accounts may not go to.
    """
    access.require(Right.ADMINISTER)
    _require_name(access, name)
    _check_address(url)
    _check_token(token)
    system = TargetSystem.objects.create(
        contract=access.contract, name=name, kind=SystemKind.SCIM.value, url=url.rstrip("/"),
        sealed_token=sealed(token, purpose=PURPOSE), update_way=update_way.value, added_at=now,
    )  # fmt: skip
    _note(access, system, "add_account_system", now=now)
    return system


def _check_token(token: str) -> None:
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise FieldError("token", _("空白を含まない英数字と記号で入力してください。"))


@transaction.atomic
def replace_token(*, access: Access, system: TargetSystem, token: str, now: datetime) -> None:
    """Put another bearer token in the place of a system's; what was delivered and what waits stays as it is."""
    access.require(Right.ADMINISTER)
    _check_token(token)
    mine = TargetSystem.objects.filter(pk=system.pk, contract=access.contract, kind=SystemKind.SCIM.value)
    if not mine.update(sealed_token=sealed(token, purpose=PURPOSE)):
        raise FieldError("id", _("SCIMの連携先だけがトークンを持ちます。"))
    _note(access, system, "replace_account_token", now=now)


def _check_address(url: str) -> None:
    """Raise FieldError unless accounts may go there: encrypted, or inside a private network the installation names."""
    try:
        parts = parts_of(url)
        address = resolved(str(parts.hostname), parts.port or PORTS[parts.scheme], allowed=allowed_networks())
    except TargetError as error:
        raise FieldError("url", _("送信できない宛先です: %(why)s") % {"why": error}) from error
    if parts.query or parts.fragment:
        raise FieldError("url", _("「?」と「#」を含まない、SCIMの基点のURLを入力してください。"))
    if parts.scheme != "https" and not is_in_named_network(address, allowed=allowed_networks()):
        raise FieldError("url", _("個人情報を送るため、https:// のURLにしてください。"))


@transaction.atomic
def add_csv_system(
    *, access: Access, name: str, columns: Columns, encoding: CsvEncoding, now: datetime
) -> TargetSystem:
    """Add a system that takes accounts as a file, with columns of its own."""
    access.require(Right.ADMINISTER)
    _require_name(access, name)
    headings = [heading for heading, _field in columns]
    if not 1 <= len(columns) <= MAX_COLUMNS or len(set(headings)) < len(headings):
        raise FieldError("columns", _("1列以上%(n)s列以内で、見出しを重ねずに入力してください。") % {"n": MAX_COLUMNS})
    if any(not each or len(each) > MAX_HEADING for each in headings):
        raise FieldError("columns", _("見出しは1文字以上%(n)s文字以内にしてください。") % {"n": MAX_HEADING})
    system = TargetSystem.objects.create(
        contract=access.contract, name=name, kind=SystemKind.CSV.value, encoding=encoding.value, added_at=now,
        columns=[[heading, field.value] for heading, field in columns],
    )  # fmt: skip
    _note(access, system, "add_account_system", now=now)
    return system


def _require_name(access: Access, name: str) -> None:
    known = TargetSystem.objects.filter(contract=access.contract)
    if known.count() >= MAX_OF_A_CONTRACT:
        raise FieldError("name", _("1契約につき%(n)s件までです。") % {"n": MAX_OF_A_CONTRACT})
    if known.filter(name=name).exists():
        raise FieldError("name", _("この名前はすでに使われています。"))


@transaction.atomic
def set_system_active(*, access: Access, system: TargetSystem, is_active: bool, now: datetime) -> None:
    """Pause a system, or go on: what changed meanwhile is sent then."""
    access.require(Right.ADMINISTER)
    TargetSystem.objects.filter(pk=system.pk, contract=access.contract).update(is_active=is_active)
    _note(access, system, "resume_account_system" if is_active else "pause_account_system", now=now)


@transaction.atomic
def remove_system(*, access: Access, system: TargetSystem, now: datetime) -> None:
    """Forget a system with its token; the users it made of accounts stay there."""
    access.require(Right.ADMINISTER)
    _note(access, system, "remove_account_system", now=now)
    TargetSystem.objects.filter(pk=system.pk, contract=access.contract).delete()


@transaction.atomic
def push_again(*, access: Access, push: Push, now: datetime) -> None:
    """Give an account that was given up a new set of attempts."""
    access.require(Right.ADMINISTER)
    changed = Push.objects.filter(
        pk=push.pk, system__contract=access.contract, state=DeliveryState.DEAD.value
    ).update(state=DeliveryState.WAITING.value, attempts=0, next_at=now)  # fmt: skip
    if not changed:
        raise FieldError("push", _("送信を断念したものだけを再送できます。"))
    _note(access, push.system, "push_account_again", now=now)


def hand_out_file(*, access: Access, system: TargetSystem, changes_only: bool, now: datetime) -> tuple[bytes, int]:
    """Return a system's file and its number of accounts: all of them, or those changed since the file before.

    Handing changes out counts as taken. Raises FieldError for a letter that the file's encoding does not have.
    """
    access.require(Right.ADMINISTER)
    found = _handed_out(access, system, changes_only=changes_only, now=now)
    if changes_only:
        # each task locks its ticket and then the history, which the file's own row has locked until its commit
        tick_tasks_of(access.contract, now=now)
    return found


@transaction.atomic
def _handed_out(access: Access, system: TargetSystem, *, changes_only: bool, now: datetime) -> tuple[bytes, int]:
    system = TargetSystem.objects.select_for_update(of=("self",)).get(pk=system.pk, contract=access.contract)
    lock_registers(access.contract)
    accounts = accounts_of(access.contract, day=timezone.localdate(now))
    taken = dict(system.pushes.values_list("item_id", "taken_hash"))
    if changes_only:
        accounts = {
            key: each for key, each in accounts.items()
            if taken.get(key, "") != each.hash and (key in taken or each.is_active)
        }  # fmt: skip
    fields = [AccountField(field) for _heading, field in system.columns]
    rows = [[heading for heading, _field in system.columns]]
    rows += [[each.text(field) for field in fields] for each in accounts.values()]
    content = _encoded(rows, CsvEncoding(system.encoding))
    if changes_only:
        pushes = [
            Push(
                system=system, item_id=key, wanted_hash=each.hash, taken_hash=each.hash,
                state=DeliveryState.TAKEN.value, next_at=now, changed_at=now,
            )
            for key, each in accounts.items()
        ]  # fmt: skip
        columns = ["wanted_hash", "taken_hash", "changed_at"]
        Push.objects.bulk_create(
            pushes, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["system", "item"], update_fields=columns
        )
    entry = Entry(
        act="export_accounts", subject=f"account_system:{system.pk}",
        details={"count": len(accounts), "changes_only": changes_only},
    )  # fmt: skip
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return content, len(accounts)


def _encoded(rows: Sequence[Sequence[str]], encoding: CsvEncoding) -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held).writerows([[safe_cell(cell) for cell in row] for row in rows])
    text = held.getvalue()
    try:
        return text.encode(encoding.value)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        message = _(
            "%(line)s行目の「%(letter)s」は、この文字コードで書けません。システムの文字コードをUTF-8にしてください。"
        )
        raise FieldError("encoding", message % {"line": line, "letter": text[error.start]}) from error


def _note(access: Access, system: TargetSystem, act: str, *, now: datetime) -> None:
    entry = Entry(act=act, subject=f"account_system:{system.pk}")
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
