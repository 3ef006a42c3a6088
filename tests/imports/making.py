"""Ledgers made for the tests, and the way a manager takes one in."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.desk_world import NOW, World

from madoguchi.contracts.access import Access
from madoguchi.core.vocabulary import RoleKind
from madoguchi.imports.mapping import mapping_of
from madoguchi.imports.models import ImportRun
from madoguchi.imports.operations.carry_out import carry_out
from madoguchi.imports.operations.runs import check_ledger, start_import, take_file
from madoguchi.imports.profiles import ready_profiles

DATA = Path(__file__).parent / "data"
HEADINGS = ("番号", "件名", "内容", "状態", "受付日時", "一次回答日時", "完了日時", "更新日時", "依頼者メール")
COLUMNS = {
    "key": "番号", "subject": "件名", "text": "内容", "state": "状態", "received_at": "受付日時",
    "first_answered_at": "一次回答日時", "resolved_at": "完了日時", "updated_at": "更新日時",
    "requester_mail": "依頼者メール",
}  # fmt: skip
GOOD = (
    "A-1",
    "印刷できない",
    "4階の複合機",
    "完了",
    "2026-05-11 09:00",
    "2026-05-11 09:20",
    "2026-05-11 11:00",
    "",
    "",
)


def plain_mapping(**given: Any) -> dict[str, Any]:  # noqa: ANN401  # as a form gives it
    return {"system": "ledger", "columns": {name: [heading] for name, heading in COLUMNS.items()}, **given}


def csv_of(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS, delimiter: str = ",") -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter).writerows([headings, *rows])
    return held.getvalue().encode()


def row(**given: str) -> tuple[str, ...]:
    """Return the good row with some of its cells changed, by the names of the fields."""
    cells = dict(zip(COLUMNS, GOOD, strict=True))
    cells.update(given)
    return tuple(cells[name] for name in COLUMNS)


def taken(world: World, content: bytes, *, name: str = "台帳.csv", profile: str = "", **given: Any) -> ImportRun:  # noqa: ANN401
    mapping = ready_profiles()[profile] if profile else mapping_of(plain_mapping(**given))
    return take_file(access=manager(world), name=name, content=content, mapping=mapping, now=NOW)


def checked(world: World, content: bytes, **given: Any) -> ImportRun:  # noqa: ANN401
    run = taken(world, content, **given)
    return check_ledger(access=manager(world), run_id=run.pk, now=NOW)


def imported(world: World, content: bytes, **given: Any) -> ImportRun:  # noqa: ANN401
    run = checked(world, content, **given)
    start_import(access=manager(world), run_id=run.pk, now=NOW)
    carry_out(access=manager(world), run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    return run


def manager(world: World) -> Access:
    return world.access[RoleKind.OPERATIONS_MANAGER]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")
