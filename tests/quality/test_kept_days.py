"""A desk's figures from the sums of its days: those of its events, whatever was done, and no events read for them."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.desk_world import NOW, World
from tests.quality.test_renewed_facts import MINUTE, acts
from tests.quality.test_running import NOON, worked

from madoguchi.core.calendar.periods import Period
from madoguchi.desk.errors import FieldError, ImpossibleActError, StaleTicketError
from madoguchi.engine.tallies import Engine
from madoguchi.intake.measuring import measure_with_engine
from madoguchi.quality.facts_folder import days_of, forget_figures
from madoguchi.quality.figures import current_facts, figures_of_month
from madoguchi.quality.rules import month_of
from madoguchi.quality.running import running_month

STALE = timedelta(seconds=31)


def forbid_events(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Engine, "all_day_tallies", lambda *_, **__: pytest.fail("events were read"))


def test_pages_asked_for_again_read_days_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(world, target=40)
    month = month_of(NOON.date())
    first = figures_of_month(contract=world.contract, month=month, now=NOON)
    told = running_month(contract=world.contract, now=NOON)
    forbid_events(monkeypatch)
    assert figures_of_month(contract=world.contract, month=month, now=NOON).measurements == first.measurements
    assert running_month(contract=world.contract, now=NOON) == told
    assert any(each.figure.tally.counted for each in first.measurements)


def test_after_any_acts_the_figures_are_those_of_the_events(world: World) -> None:
    chance, at, seen = random.Random(7), NOON, set()
    month = month_of(NOON.date())
    worked(world, target=40, days=5)
    for _ in range(6):
        for _ in range(chance.randrange(1, 4)):
            at += MINUTE * chance.randrange(1, 30)
            try:
                chance.choice(acts(world, chance, at))()
            except (FieldError, ImpossibleActError, StaleTicketError):
                continue
        at += STALE
        found = figures_of_month(contract=world.contract, month=month, now=at)
        facts = replace(current_facts(contract=world.contract, now=at), days=None)
        within = Period(start_date=month, end_date=(month + timedelta(days=31)).replace(day=1))
        assert found.measurements == measure_with_engine(contract=found.promised, facts=facts, within=within)
        seen.add(repr(found.measurements))
    assert len(seen) > 1


def test_a_table_nothing_was_done_to_keeps_its_days(world: World) -> None:
    worked(world, target=40, days=5)
    before = current_facts(contract=world.contract, now=NOON)
    world.ticket(at=NOON)
    after = current_facts(contract=world.contract, now=NOON + STALE)
    assert before.state_of(["tickets"]) != after.state_of(["tickets"])
    assert after.state_of(["decision_requests"]) == before.state_of(["decision_requests"])
    assert after.files["decision_requests"][0].name == before.files["decision_requests"][0].name


def test_what_is_forgotten_of_a_desk_takes_its_days_along(world: World) -> None:
    worked(world, target=40, days=2)
    figures_of_month(contract=world.contract, month=month_of(NOON.date()), now=NOON)
    assert days_of(world.contract).exists()
    forget_figures(world.contract)
    assert not days_of(world.contract).parent.exists()


def test_what_is_proved_is_read_from_events(world: World) -> None:
    assert current_facts(contract=world.contract, now=NOW, is_proof=True).days is None
    assert current_facts(contract=world.contract, now=NOW).days == days_of(world.contract)
