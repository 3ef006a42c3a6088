"""Need, shifts, rosters and whole plans: what they must keep, and what they say where people do not suffice."""

import math
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.staffing.desk import Callers, desk_figures
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import ExponentialPatience
from madoguchi.planning.need import Demand, needed_agents, with_absence
from madoguchi.planning.plan import PlanRules, plan_month, repaired_need
from madoguchi.planning.program import NoPlanError, Program
from madoguchi.planning.roster import Person, Roster, WorkRules, make_roster
from madoguchi.planning.shifts import ShiftKind, cover_day, patterns_of, usual_kinds
from madoguchi.planning.simulate import simulate

FIRST = date(2023, 5, 8)
DAYS = tuple(day for day in (FIRST + timedelta(days=number) for number in range(28)) if day.weekday() < 5)
PROFILE = np.array([6, 8, 10, 12, 13, 11, 8, 6, 9, 11, 11, 10, 10, 9, 8, 7], dtype=float)
PATIENCE = ExponentialPatience(mean_seconds=180.0)


def demand(scale: float = 5.0, *, days: int = len(DAYS), redial_share: float = 0.4, ivr_loss: float = 0.0) -> Demand:
    rng = np.random.default_rng(1)
    calls = scale * PROFILE * rng.uniform(0.9, 1.1, (days, 1))
    return Demand(
        calls=calls, handle_seconds=np.array([[420.0]]), patience=PATIENCE, redial_share=redial_share,
        ivr_loss=ivr_loss, handle_variation=1.1,
    )  # fmt: skip


def people(count: int) -> list[Person]:
    return [
        Person(
            name=f"person {number}",
            skills=frozenset({"english"} if number % 5 == 0 else ()),
            leave=frozenset({DAYS[number % len(DAYS)]}),
        )
        for number in range(count)
    ]


@given(st.floats(0.1, 400), st.floats(0.3, 0.99), st.floats(0, 0.6), st.floats(0, 0.09))
def test_the_need_of_a_half_hour_keeps_the_rate_by_the_formula(
    calls: float, wanted: float, redial_share: float, ivr_loss: float
) -> None:
    asked = Demand(
        calls=np.array([[calls]]), handle_seconds=np.array([[300.0]]), patience=PATIENCE, redial_share=redial_share,
        ivr_loss=ivr_loss,
    )  # fmt: skip
    agents = int(needed_agents(demand=asked, at_least=wanted * (1 - ivr_loss))[0, 0])
    who = Callers(
        fresh=Load(calls_per_hour=2 * calls, handle_seconds=300), patience=PATIENCE, redial_share=redial_share,
        ivr_loss=ivr_loss,
    )  # fmt: skip
    assert desk_figures(callers=who, agents=agents).answer_rate >= wanted * (1 - ivr_loss) - 1e-9


def test_need_of_no_calls_and_of_absent_people() -> None:
    assert (needed_agents(demand=demand(0.0), at_least=0.9) == 0).all()
    assert list(with_absence(np.array([0, 9, 10]), absence=0.1)) == [0, 10, 12]
    assert list(with_absence(np.array([3]), absence=1.0)) == [3]


def test_repair_keeps_the_month_also_with_other_seeds() -> None:
    asked = demand()
    found = repaired_need(demand=asked, at_least=0.9)
    assert found.is_reachable
    other = simulate(scenario=asked.scenario(found.agents), runs=60, seed=99)
    assert other.answer_rate >= 0.895
    assert other.answer_rate <= 0.915
    assert "agent hours keep 90" in str(found)


@pytest.mark.parametrize(("calls", "variation", "at_least"), [(0.5, 0.15, 0.9), (1.0, 0.0, 0.95), (5.0, 0.1, 0.7)])
def test_planned_months_meet_their_target_within_half_a_point_with_other_seeds(
    calls: float, variation: float, at_least: float
) -> None:
    asked = replace(demand(calls), day_variation=variation)
    for seed in (1, 2):
        found = repaired_need(demand=asked, at_least=at_least, seed=seed)
        assert found.is_reachable
        scenario = asked.scenario(found.agents)
        kept = simulate(scenario=scenario, runs=300, seed=1000 + seed).answer_rate
        assert kept >= at_least - 0.005, (seed, kept)


def test_a_rostered_month_meets_its_target_within_half_a_point_with_other_seeds() -> None:
    asked = replace(demand(1.5), day_variation=0.1)
    plan = plan_month(demand=asked, days=DAYS, people=people(20), at_least=0.9)
    assert plan.is_reachable
    assert plan.missing_hours == 0
    for seed in (11, 12):
        scenario = asked.scenario(plan.roster.agents)
        assert simulate(scenario=scenario, runs=300, seed=seed).answer_rate >= 0.895


def test_a_plan_that_chance_alone_puts_below_its_target_is_not_called_unreachable() -> None:
    plan = plan_month(demand=demand(1.5), days=DAYS, people=people(20), at_least=0.9)
    unlucky = replace(plan, wanted=plan.answer_rate + 0.001)
    assert unlucky.is_reachable
    assert "paid hours keep" in str(unlucky)
    assert not replace(unlucky, is_enough=False).is_reachable
    assert not replace(unlucky, need=plan.need + 50).is_reachable


def test_repair_says_what_the_recorded_voice_leaves() -> None:
    found = repaired_need(demand=demand(days=2, ivr_loss=0.114), at_least=0.9)
    assert not found.is_reachable
    assert str(found).startswith("90.0% is not reachable, the most is 88.")
    all_of_them = repaired_need(demand=demand(days=2), at_least=1.0)
    assert "100.0% is not reachable, the most is" in str(all_of_them)
    nobody = repaired_need(demand=demand(0.0, days=2), at_least=1.0)
    assert nobody.is_reachable
    assert nobody.agent_hours == 0


def test_need_where_nobody_gives_up_or_nobody_waits() -> None:
    for patience in (ExponentialPatience(mean_seconds=0), ExponentialPatience(mean_seconds=math.inf)):
        asked = Demand(calls=np.full((2, 16), 20.0), handle_seconds=np.array([[300.0]]), patience=patience)
        found = repaired_need(demand=asked, at_least=0.9, runs=10)
        assert found.is_reachable
        assert np.isfinite(found.simulation.sums).all()


def test_shifts_cover_the_need_and_are_no_dearer_than_they_must() -> None:
    need = np.array([2, 3, 4, 5, 5, 5, 4, 3, 4, 5, 5, 4, 4, 3, 3, 2])
    kinds = usual_kinds(slot_count=16)
    found = cover_day(need=need, patterns=patterns_of(kinds=kinds, slot_count=16), most_people=20)
    assert (found.agents >= need).all()
    assert found.missing.sum() == 0
    paid = sum(
        count * each.kind.paid_hours
        for count, each in zip(found.counts, patterns_of(kinds=kinds, slot_count=16), strict=True)
    )
    assert need.sum() / 2 <= paid <= 1.15 * need.sum() / 2


def test_too_few_people_leave_the_least_uncovered() -> None:
    need = np.full(16, 10)
    patterns = patterns_of(kinds=usual_kinds(slot_count=16), slot_count=16)
    found = cover_day(need=need, patterns=patterns, most_people=4)
    assert found.counts.sum() == 4
    assert found.missing.sum() == 160 - 4 * 14
    assert cover_day(need=np.zeros(16, int), patterns=patterns, most_people=0).agents.sum() == 0


@given(st.integers(1, 48), st.integers(1, 48), st.integers(0, 4))
def test_every_pattern_is_its_span_without_its_break(slots: int, span: int, pause: int) -> None:
    kind = ShiftKind(name="any", span_slots=span, break_slots=min(pause, span - 1))
    found = patterns_of(kinds=[kind], slot_count=slots)
    assert found
    if span <= slots:
        assert all(sum(each.covers) == span - kind.break_slots for each in found)


def check_rules(roster: Roster, staff: list[Person], rules: WorkRules) -> None:
    for person in staff:
        days = roster.days_of(person.name)
        assert len(set(days)) == len(days)
        assert not set(days) & person.leave
        assert all(
            sum(first <= day < first + timedelta(days=7) for day in days) <= rules.most_days_in_seven for first in days
        )
        weeks: dict[int, float] = defaultdict(float)
        for each in roster.assignments:
            if each.person == person.name:
                weeks[each.day.isocalendar().week] += each.pattern.kind.paid_hours
        assert all(hours <= person.most_hours_a_week for hours in weeks.values())


def test_a_month_of_forty_people_keeps_rules_and_promise_in_time() -> None:
    staff, rules = people(40), WorkRules(always_skills={"english": 1})
    started = time.perf_counter()
    plan = plan_month(
        demand=demand(), days=DAYS, people=staff, at_least=0.9, rules=PlanRules(work=rules, yen_an_hour=2500)
    )
    assert time.perf_counter() - started < 30
    assert plan.answer_rate >= 0.895
    assert plan.roster.problems == ()
    assert plan.cost_yen == round(2500 * plan.roster.paid_hours)
    assert 0 <= plan.chance <= 1
    assert "paid hours keep" in str(plan) or "not reachable" in str(plan)
    check_rules(plan.roster, staff, rules)
    hours = [
        sum(each.pattern.kind.paid_hours for each in plan.roster.assignments if each.person == person.name)
        for person in staff
    ]
    assert max(hours) - min(hours) <= 16
    english = {person.name for person in staff if "english" in person.skills}
    for day in DAYS:
        spans = [
            (each.pattern.start, each.pattern.start + each.pattern.kind.span_slots)
            for each in plan.roster.assignments
            if each.day == day and each.person in english
        ]
        assert min(first for first, _ in spans) == 0
        assert max(end for _, end in spans) == 16


def test_too_few_people_are_said_with_the_most_they_keep() -> None:
    plan = plan_month(demand=demand(), days=DAYS, people=people(6), at_least=0.9)
    assert plan.answer_rate < 0.9
    assert str(plan).startswith("90.0% is not reachable with these people, the most is")
    check_rules(plan.roster, people(6), WorkRules())


def test_rest_between_days_is_kept() -> None:
    """A desk of 24 hours: who works late does not open the next morning."""
    kinds = [ShiftKind(name="early", span_slots=16), ShiftKind(name="late", span_slots=16)]
    patterns = [
        each
        for each in patterns_of(kinds=kinds, slot_count=48)
        if each.start == (0 if each.kind.name == "early" else 32)
    ]
    shifts = [np.ones(len(patterns), dtype=int)] * 5
    rules = WorkRules(least_rest_hours=11)
    staff = [Person(name=name) for name in ("a", "b", "c", "d")]
    roster = make_roster(people=staff, days=DAYS[:5], shifts=shifts, patterns=patterns, rules=rules)
    assert roster.problems == ()
    by_person = {(each.person, each.day): each.pattern.start for each in roster.assignments}
    for (name, day), start in by_person.items():
        following = by_person.get((name, day + timedelta(days=1)))
        assert not (start == 32 and following == 0)


@settings(max_examples=15)
@given(st.integers(1, 8), st.integers(0, 6), st.integers(1, 6))
def test_any_roster_keeps_the_rules(count: int, wanted: int, most_days: int) -> None:
    patterns = patterns_of(kinds=[ShiftKind(name="full", span_slots=16, break_slots=2)], slot_count=16)[:1]
    rules = WorkRules(most_days_in_seven=most_days)
    staff = people(count)
    shifts = [np.array([wanted])] * 10
    roster = make_roster(people=staff, days=DAYS[:10], shifts=shifts, patterns=patterns, rules=rules)
    check_rules(roster, staff, rules)
    given_out = Counter(each.day for each in roster.assignments)
    assert all(number <= wanted for number in given_out.values())
    if sum(given_out.values()) < 10 * wanted:
        assert roster.problems


def test_wrong_people_and_rules_are_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="given a twice"):
        plan_month(demand=demand(days=1), days=DAYS[:1], people=[Person(name="a")] * 2, at_least=0.9)
    with pytest.raises(InvalidInputError, match="nobody given"):
        plan_month(demand=demand(days=1), days=DAYS[:1], people=[], at_least=0.9)
    with pytest.raises(InvalidInputError, match="days: given 2"):
        plan_month(demand=demand(days=1), days=DAYS[:2], people=people(2), at_least=0.9)
    with pytest.raises(InvalidInputError, match="most_days_in_seven: given 7"):
        WorkRules(most_days_in_seven=7)
    with pytest.raises(InvalidInputError, match="break_slots: given 4"):
        ShiftKind(name="x", span_slots=4, break_slots=4)


def test_a_program_without_a_solution_says_so() -> None:
    program = Program()
    place = program.variable(cost=1.0, upper=1.0)
    program.row([place], low=2.0)
    with pytest.raises(NoPlanError, match="no plan"):
        program.solve(seconds=1.0)


def test_least_hours_are_given_to_whom_they_were_promised_or_named() -> None:
    patterns = patterns_of(kinds=(ShiftKind(name="day", span_slots=16, break_slots=2),), slot_count=16)
    shifts = [np.array([1] + [0] * (len(patterns) - 1)) for _ in DAYS[:5]]
    crowd = [Person(name="a"), Person(name="b", least_hours_a_week=21.0), Person(name="c")]
    roster = make_roster(people=crowd, days=DAYS[:5], shifts=shifts, patterns=patterns, rules=WorkRules())
    hours = Counter(each.person for each in roster.assignments)
    assert hours["b"] * 7 >= 21
    assert roster.problems == ()
    both = [Person(name=name, least_hours_a_week=35.0) for name in ("a", "b")]
    roster = make_roster(people=both, days=DAYS[:5], shifts=shifts, patterns=patterns, rules=WorkRules())
    assert Counter(each.person for each in roster.assignments) == {"a": 5, "b": 5}, "beyond the need, as promised"
    strict = [Person(name="a", least_hours_a_week=40.0)]
    (gap,) = make_roster(people=strict, days=DAYS[:5], shifts=shifts, patterns=patterns, rules=WorkRules()).problems
    assert str(gap) == f"week of {DAYS[0]}: a lacks 5 of the least hours"
    away = [Person(name="a", least_hours_a_week=40.0, leave=frozenset(DAYS[:5])), Person(name="b")]
    assert make_roster(people=away, days=DAYS[:5], shifts=shifts, patterns=patterns, rules=WorkRules()).problems == ()
    with pytest.raises(InvalidInputError, match="least_hours_a_week"):
        Person(name="a", least_hours_a_week=41.0)
