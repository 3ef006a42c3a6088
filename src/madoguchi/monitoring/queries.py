"""Reads on services, sources and outages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import Condition
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.monitoring_vocabulary import MessageState, SourceKind
from madoguchi.monitoring.models import ConfirmedDays, HeardDay, MappingRule, Message, Outage, Source
from madoguchi.monitoring.rules import Watch, is_known, watched_stretches

OUTAGES = "outages"
TABLES_OF_SERVICES = (OUTAGES, "maintenance", "probes")
HELD = (MessageState.QUARANTINED.value, MessageState.PARTLY.value)


def services_of(contract: Contract, *, day: date) -> tuple[str, ...]:
    """Return the services that the contract's definitions name, in order of name."""
    return _services(definitions_on(contract=contract, day=day).promised)


def _services(promised: Promised) -> tuple[str, ...]:
    named: set[str] = set()
    for each in promised.indicators:
        named.update(each.services)
        if each.table in TABLES_OF_SERVICES:
            named.update(_named_in(each.where))
    return tuple(sorted(named))


def _named_in(tests: Iterable[object]) -> Iterable[str]:
    for each in tests:
        if isinstance(each, Condition) and each.column == "service" and each.is_:
            yield from (str(word) for word in each.is_)


def service_labels(contract: Contract, *, day: date) -> dict[str, str]:
    """Return how each service is shown: its name, with the figure that is about it alone."""
    promised = definitions_on(contract=contract, day=day).promised
    alone = {each.services[0]: each.label for each in promised.indicators if len(each.services) == 1}
    return {name: f"{name}（{alone[name]}）" if name in alone else name for name in _services(promised)}


def stretches_watched(contract: Contract, *, now: datetime) -> dict[str, tuple[Period, ...]]:
    """Return the months in which outages are known: of all sources by the table, of each service by its name.

    Nothing where nothing was ever monitored here: such facts may come from elsewhere.
    """
    sources = list(Source.objects.filter(contract=contract).exclude(kind=SourceKind.FILE.value))
    confirmed = list(ConfirmedDays.objects.filter(contract=contract))
    watches = _watches(sources)
    if not confirmed and not any(each.heard for each in watches.values()):
        return {}
    today = timezone.localdate(now)
    promised = definitions_on(contract=contract, day=today).promised
    rules = dict.fromkeys(sorted(MappingRule.objects.filter(source__in=sources).values_list("service", "source_id")))
    by_service: dict[str, list[Watch]] = {name: [] for name in _services(promised)}
    for service, source_id in rules:
        by_service.setdefault(service, []).append(watches[source_id])
    found = {OUTAGES: _stretches(list(watches.values()), confirmed, "", within=promised.period, today=today)}
    for service in _services(promised):
        known = _stretches(by_service[service], confirmed, service, within=promised.period, today=today)
        found[f"{OUTAGES}:{service}"] = known
    return found


def _watches(sources: Iterable[Source]) -> dict[int, Watch]:
    heard: dict[int, set[date]] = {each.pk: set() for each in sources}
    for source_id, day in HeardDay.objects.filter(source__in=list(heard)).values_list("source_id", "date"):
        heard[source_id].add(day)
    return {
        each.pk: Watch(
            heard=frozenset(heard[each.pk]), until=timezone.localdate(each.revoked_at) if each.revoked_at else None
        )
        for each in sources
    }  # fmt: skip


def _stretches(
    watches: list[Watch], confirmed: list[ConfirmedDays], service: str, *, within: Period, today: date
) -> tuple[Period, ...]:
    vouched = [each for each in confirmed if not each.services or service in each.services]

    def known(day: date) -> bool:
        return is_known(
            day, watches=watches,
            is_confirmed=lambda asked: any(one.start_date <= asked <= one.closing_date for one in vouched),
        )  # fmt: skip

    return watched_stretches(known, within=within, today=today)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutageFilter:
    """Which outages a list shows."""

    state: str = ""
    service: str = ""

    STATES = ("open", "unmapped", "unknown_start", "ignored", "all")


def outages_of(access: Access, wanted: OutageFilter) -> QuerySet[Outage]:
    """Return the contract's outages, the latest first; those set aside only when asked for."""
    found = Outage.objects.filter(contract=access.contract).select_related("source", "ticket")
    if wanted.service:
        found = found.filter(service=wanted.service)
    kept = found.filter(is_ignored=False, is_dismissed=False)
    states = {
        "": kept, "all": found,
        "open": kept.filter(ended_at__isnull=True), "unmapped": kept.filter(service=""),
        "unknown_start": kept.filter(started_at__isnull=True),
        "ignored": found.filter(Q(is_ignored=True) | Q(is_dismissed=True)),
    }  # fmt: skip
    return states.get(wanted.state, kept).order_by("-noticed_at", "-pk")


def outage_by_id(access: Access, outage_id: int) -> Outage:
    """Return an outage of the contract. Raises Http404."""
    found = Outage.objects.select_related("source", "ticket", "contract").filter(contract=access.contract)
    outage = found.filter(pk=outage_id).first()
    if outage is None:
        raise Http404
    return outage


def source_by_id(access: Access, source_id: int) -> Source:
    """Return a source of the contract. Raises Http404."""
    source = Source.objects.filter(pk=source_id, contract=access.contract).select_related("clerk").first()
    if source is None:
        raise Http404
    return source


def message_by_id(access: Access, message_id: int) -> Message:
    """Return a message of the contract's sources. Raises Http404."""
    found = Message.objects.filter(pk=message_id, source__contract=access.contract).select_related("source")
    message = found.first()
    if message is None:
        raise Http404
    return message


def state_counts(access: Access) -> dict[str, int]:
    """Return how many outages and messages wait for a person."""
    asked = Outage.objects.filter(contract=access.contract, is_ignored=False, is_dismissed=False)
    counts = asked.aggregate(
        open=Count("pk", filter=Q(ended_at__isnull=True)), unmapped=Count("pk", filter=Q(service="")),
        unknown_start=Count("pk", filter=Q(started_at__isnull=True)),
    )  # fmt: skip
    held = Message.objects.filter(source__contract=access.contract, state__in=HELD).count()
    return {**counts, "held": held}
