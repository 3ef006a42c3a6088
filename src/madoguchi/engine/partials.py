"""Day sums kept per contract and definition, so that a dashboard reads days and not events."""

from collections.abc import Mapping, Sequence
from datetime import date

from madoguchi.core.calendar.periods import Period
from madoguchi.core.metrics.spec import Contract, Indicator
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.cells import day_of
from madoguchi.engine.day_sums import DaySums
from madoguchi.engine.partial_freshness import changed_days, derived_stretches
from madoguchi.engine.partial_store import Database
from madoguchi.engine.reasons import day_count
from madoguchi.engine.tallies import Engine

Days = Mapping[Indicator, frozenset[date]]


class Partials(DaySums):
    """The day sums in a database, kept right by deriving whole days anew from an engine's facts."""

    def __init__(self, *, database: Database, engine: Engine) -> None:
        super().__init__(database)
        self.engine = engine

    def refresh(self, *, contract: Contract, period: Period, indicators: Sequence[Indicator] | None = None) -> int:
        """Derive the days of a period anew, all of them or none; return how many rows they are. See `write`."""
        with self.database.transaction(contract=contract.id):
            asked = [each for each in indicators or contract.indicators if each.statistic is not Statistic.COMPOSITE]
            periods = dict.fromkeys(asked, period)
            found = self.engine.all_day_tallies(contract=contract, needed=periods)
            return self.write(contract=contract, periods=periods, found=found)

    def mark_changed(self, *, contract: Contract, days: Days) -> int:
        """Note days whose events have changed, of those that were derived; return how many were noted."""
        noted = 0
        with self.database.transaction(contract=contract.id):
            for indicator, changed in days.items():
                keys = (contract.id, self.key(indicator, contract=contract))
                derived = derived_stretches(self.database, [keys[1]], contract=contract.id).get(keys)
                known = changed_days(self.database, [keys[1]], contract=contract.id).get(keys, [])
                numbers = {day_count(day) for day in changed} - {*known}
                new = sorted(each for each in numbers if derived and derived[0] <= each < derived[1])
                self.database.insert("partial_changes", [(*keys, day) for day in new])
                noted += len(new)
        return noted

    def refresh_changed(self, *, contract: Contract) -> int:
        """Derive anew every day that was noted as changed; return how many days of how many indicators."""
        counted = [each for each in contract.indicators if each.statistic is not Statistic.COMPOSITE]
        keys = {self.key(each, contract=contract): each for each in counted}
        changed = changed_days(self.database, list(keys), contract=contract.id)
        alike: dict[tuple[int, ...], list[Indicator]] = {}
        for (_, definition), numbers in changed.items():
            alike.setdefault(tuple(numbers), []).append(keys[definition])
        for days, indicators in alike.items():
            for period in runs_of(days):
                self.refresh(contract=contract, period=period, indicators=indicators)
        return sum(len(numbers) for numbers in changed.values())


def runs_of(numbers: Sequence[int]) -> list[Period]:
    """Return the days as stretches without gaps, in order."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1]:
            runs[-1][1] = number + 1
        else:
            runs.append([number, number + 1])
    return [Period(start_date=day_of(first), end_date=day_of(end)) for first, end in runs]
