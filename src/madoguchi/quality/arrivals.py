"""When something last reached a desk from each place that things come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi.calls.models import Board
from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.core.monitoring_vocabulary import SourceKind
from madoguchi.core.quality_vocabulary import Arrival
from madoguchi.mail.models import KeptMail, Mailbox
from madoguchi.monitoring.models import Message, Source

# what is usual is told from so many latest arrivals
LOOKED_AT = 50
CALLS = "calls"
# a listener that hears nothing writes its board every half minute all the same
BOARD_IS_OLD = timedelta(seconds=90)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """`moments` are the latest arrivals in order of time; `is_there` where the place answers at this very moment."""

    kind: Arrival
    key: str
    moments: tuple[datetime, ...]
    is_there: bool = False


def arrivals(contract: Contract, *, now: datetime) -> Iterator[Heard]:
    """Yield every place that something came from at least once."""
    yield from _mailboxes(contract)
    yield from _boards(contract, now=now)
    yield from _monitoring(contract)
    yield from _call_files(contract)


def _mailboxes(contract: Contract) -> Iterator[Heard]:
    for box in Mailbox.objects.filter(contract=contract, is_active=True).order_by("name"):
        found = KeptMail.objects.filter(mailbox=box).order_by("-kept_at").values_list("kept_at", flat=True)
        yield _heard(Arrival.MAILBOX, box.name, list(found[:LOOKED_AT]))


def _boards(contract: Contract, *, now: datetime) -> Iterator[Heard]:
    for board in Board.objects.filter(contract=contract):
        is_there = not board.problem and now - board.heard_at <= BOARD_IS_OLD
        yield Heard(kind=Arrival.TELEPHONE, key="", moments=(board.heard_at,), is_there=is_there)


def _monitoring(contract: Contract) -> Iterator[Heard]:
    sources = Source.objects.filter(contract=contract, revoked_at__isnull=True, latest_at__isnull=False)
    for source in sources.exclude(kind=SourceKind.FILE.value).order_by("name"):
        found = Message.objects.filter(source=source).order_by("-received_at").values_list("received_at", flat=True)
        latest = [source.latest_at] if source.latest_at else []
        yield _heard(Arrival.MONITORING, source.name, [*latest, *found[:LOOKED_AT]])


def _call_files(contract: Contract) -> Iterator[Heard]:
    from madoguchi.intake.store import MANIFEST, FactStore  # noqa: PLC0415  # heavy

    folder = imported_folder(contract)
    if (folder / MANIFEST).exists():
        imports = FactStore(folder).manifest()["imports"]
        moments = [datetime.fromisoformat(each["at"]) for each in imports if CALLS in each.get("tables", [CALLS])]
        yield _heard(Arrival.CALL_FILES, "", moments[-LOOKED_AT:])


def _heard(kind: Arrival, key: str, moments: list[datetime]) -> Heard:
    return Heard(kind=kind, key=key, moments=tuple(sorted(set(moments))))
