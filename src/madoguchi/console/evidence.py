"""The calls and tickets a figure was made of, as pages and files show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.core.events import Event
from madoguchi.core.metrics.explain import Evidence, evidence
from madoguchi.core.metrics.spec import Contract as Promised
from madoguchi.core.metrics.spec import Indicator, Window
from madoguchi.core.metrics.windows import indicators_in_force, windows_of
from madoguchi.core.vocabulary import Statistic
from madoguchi.quality.figures import current_facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """A figure's indicator and window with the facts and, one after the other, the evidence."""

    promised: Promised
    indicator: Indicator
    window: Window
    events: Mapping[str, Sequence[Event]]
    found: Iterator[Evidence]


def evidence_of(*, access: Access, indicator: str, window: str, now: datetime) -> Behind:
    """Return what is behind a figure. Raises Http404 where there is no such figure."""
    from madoguchi.intake.reference import events_of  # noqa: PLC0415  # the measure is loaded by who asks for figures

    promised = definitions_on(contract=access.contract, day=timezone.localdate(now)).promised
    asked, stretch = _asked(promised, indicator, window)
    events = events_of(current_facts(contract=access.contract, now=now), contract=promised)
    found: Iterator[Evidence] = iter(())
    if asked.statistic is not Statistic.COMPOSITE:
        found = evidence(contract=promised, indicator=asked, window=stretch, facts=events)
    return Behind(promised=promised, indicator=asked, window=stretch, events=events, found=found)


def _asked(promised: Promised, name: str, label: str) -> tuple[Indicator, Window]:
    versions = [each for each in promised.indicators if each.id == name]
    kinds = dict.fromkeys(each.window for each in versions)
    windows = [each for kind in kinds for each in windows_of(contract=promised, kind=kind, within=promised.period)]
    window = next((each for each in windows if each.label == label), None)
    if window is None:
        raise Http404
    in_force = indicators_in_force(contract=promised, day=window.period.start_date)
    return next((each for each in in_force if each.id == name), versions[0]), window
