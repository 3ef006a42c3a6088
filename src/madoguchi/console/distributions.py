"""What was distributed to devices, patches and policies alike, and which device of the registers has it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from madoguchi.assets.models import Item
from madoguchi.assets.queries import GONE
from madoguchi.contracts.models import Contract
from madoguchi.core.works_vocabulary import Register
from madoguchi.monitoring.models import Patch

MOST = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Distribution:
    """One patch or policy for one kind of device, with how many have it; late are those due and without it."""

    device: str
    patch: str
    released_at: datetime
    due_at: datetime
    unit_count: int
    applied_count: int
    late_count: int


class Unit(NamedTuple):
    """A device and what is known of it: its row of the register, when it was due, and when it had it."""

    number: str
    item: Item | None
    due_at: datetime | None
    applied_at: datetime | None
    state: str


APPLIED, APPLIED_LATE, WAITING, LATE, UNTOLD = "applied", "applied_late", "waiting", "late", "untold"
UNIT_STATES: dict[str, Callable[[], str]] = {
    APPLIED: lambda: _("適用済み"), APPLIED_LATE: lambda: _("期限後に適用"), WAITING: lambda: _("未適用"),
    LATE: lambda: _("期限超過・未適用"), UNTOLD: lambda: _("配布の記録なし"),
}  # fmt: skip


def distributions_of(contract: Contract, *, now: datetime) -> list[Distribution]:
    """Return what was distributed, the latest first."""
    found = Patch.objects.filter(contract=contract).values("device", "patch")
    counted = found.annotate(
        first=Min("released_at"), due=Max("due_at"), units=Count("pk"), applied=Count("applied_at"),
        late=Count("pk", filter=Q(applied_at=None, due_at__lt=now)),
    )  # fmt: skip
    return [
        Distribution(
            device=each["device"], patch=each["patch"], released_at=each["first"], due_at=each["due"],
            unit_count=each["units"], applied_count=each["applied"], late_count=each["late"],
        )
        for each in counted.order_by("-first", "device", "patch")[:MOST]
    ]  # fmt: skip


def units_of(contract: Contract, *, device: str, patch: str, now: datetime) -> list[Unit]:
    """Return every device told of, those without it first; and the terminals of the register nobody told of.

    The latter only where devices go by the register's numbers at all.
    """
    told = list(Patch.objects.filter(contract=contract, device=device, patch=patch).order_by("unit", "pk")[:MOST])
    items = Item.objects.filter(contract=contract, register=Register.TERMINAL.value).select_related("holder")
    by_number = {each.number: each for each in items}
    units = [
        Unit(each.unit, by_number.get(each.unit), each.due_at, each.applied_at, _state(each, now)) for each in told
    ]
    if any(each.item for each in units):
        known = {each.number for each in units}
        untold = [each for number, each in sorted(by_number.items()) if number not in known and each.state not in GONE]
        units += [Unit(each.number, each, None, None, UNTOLD) for each in untold]
    order = (LATE, UNTOLD, WAITING, APPLIED_LATE, APPLIED)
    return sorted(units, key=lambda each: (order.index(each.state), each.number))


def _state(each: Patch, now: datetime) -> str:
    if each.applied_at is None:
        return LATE if each.due_at < now else WAITING
    return APPLIED_LATE if each.applied_at > each.due_at else APPLIED


def all_units(contract: Contract, *, now: datetime) -> Iterable[tuple[Distribution, Unit]]:
    """Yield every device of every distribution, as the file of the page has them."""
    for each in distributions_of(contract, now=now):
        for unit in units_of(contract, device=each.device, patch=each.patch, now=now):
            yield each, unit
