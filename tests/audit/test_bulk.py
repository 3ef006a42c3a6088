"""Many rows written at once: what stands in the table afterwards is what a save of each would have left."""

from datetime import date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk_fixtures import world
from tests.desk_world import NOW, World

from madoguchi.assets.models import Item
from madoguchi.assets.operations.importing import COLUMNS, import_items
from madoguchi.audit.bulk import update_rows
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.core.vocabulary import RoleKind
from madoguchi.core.works_vocabulary import Register
from madoguchi.monitoring.models import Outage, Source

__all__ = ["world"]


def item(world: World, number: str) -> Item:
    return Item.objects.create(contract=world.contract, register=Register.TERMINAL.value, number=number, name="端末")


def test_each_kind_of_value_is_written_and_nothing_else(world: World) -> None:
    one, other, third = (item(world, number) for number in ("1", "2", "3"))
    one.name, one.valid_until, one.holder, one.quantity = "O'端末 %s", date(2027, 3, 31), world.person(RoleKind.USER), 7
    other.name, other.note = "別", "not asked for"
    update_rows([one, other], ["name", "valid_until", "holder", "quantity"])
    found = list(Item.objects.order_by("number").values_list("name", "valid_until", "holder", "quantity", "note"))
    assert found == [
        ("O'端末 %s", date(2027, 3, 31), world.person(RoleKind.USER).pk, 7, ""), ("別", None, None, 1, ""),
        (third.name, None, None, 1, ""),
    ]  # fmt: skip
    update_rows([], ["name"])


def test_moments_and_json_are_written_as_a_save_writes_them(world: World) -> None:
    source = Source.objects.create(
        contract=world.contract, name="s", key="s", kind=SourceKind.FILE.value, added_at=NOW
    )  # fmt: skip
    outage = Outage.objects.create(
        contract=world.contract, source=source, problem="p", number=1, noticed_at=NOW, seen_started_at=NOW,
        started_at=NOW,
    )  # fmt: skip
    later = datetime.fromisoformat("2026-05-20T18:00:00.123456+09:00")
    outage.labels, outage.started_at, outage.ended_at = {"対象": ['"', None, 1]}, later, None
    update_rows([outage], ["labels", "started_at", "ended_at"])
    found = Outage.objects.get(labels__has_key="対象", started_at=later)
    assert (found.labels, found.started_at, found.ended_at) == (outage.labels, later, None)


def test_rows_changed_by_a_file_are_written_by_one_short_statement(world: World) -> None:
    def load(name: str, *, at: datetime) -> list[str]:
        rows = "".join(f"端末,PC-{number},{name},S{number},3階,,,1,0,\n" for number in range(1_200))
        content = (",".join(COLUMNS) + "\n" + rows).encode()
        with CaptureQueriesContext(connection) as asked:
            import_items(access=world.access[RoleKind.OPERATIONS_MANAGER], content=content, now=at)
        return [str(each["sql"]) for each in asked.captured_queries]

    load("前", at=NOW)
    changes = [each for each in load("後", at=NOW + timedelta(hours=1)) if f"UPDATE {Item._meta.db_table} SET" in each]
    assert len(changes) == 1
    assert changes[0].startswith("1200 times: ")
    assert "CASE" not in changes[0]
    assert Item.objects.filter(name="後").count() == 1_200
