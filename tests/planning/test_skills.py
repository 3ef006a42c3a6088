"""Several kinds and groups: equal to the one-skill loop and Erlang A where those apply, and sensible beyond."""

import math

import numpy as np
import pytest

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.staffing.erlang_a import impatient_queue
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import (
    ExponentialPatience,
    FixedPatience,
    LognormalPatience,
    ObservedPatience,
    Patience,
)
from madoguchi.planning import skills_loop
from madoguchi.planning.scenario import Mails, Scenario
from madoguchi.planning.simulate import simulate
from madoguchi.planning.skills import AgentGroup, ContactKind, SkillSimulation, simulate_skills

SHAPE = (2, 20)


def calls(
    name: str = "calls", per_hour: float = 180.0, *, shape: tuple[int, int] = SHAPE, **more: float
) -> ContactKind:
    values = {"handle_seconds": 360.0, **more}
    return ContactKind(name=name, per_slot=np.full(shape, per_hour / 2), **values)  # type: ignore[arg-type]  # by name


def group(agents: int, *, shape: tuple[int, int] = SHAPE, **serves: int) -> AgentGroup:
    return AgentGroup(name="+".join(serves), agents=np.full(shape, agents), serves=serves)


def test_one_kind_and_one_group_are_erlang_a() -> None:
    shape = (1, 600)
    kind = ContactKind(name="calls", per_slot=np.full(shape, 90.0), handle_seconds=360.0, handle_variation=None)
    found = simulate_skills(kinds=[kind], groups=[group(17, shape=shape, calls=0)], runs=30, seed=1)
    rates = SkillSimulation(names=found.names, counts=found.counts[:, :, 20:], sums=found.sums).answer_rates("calls")
    exact = impatient_queue(
        load=Load(calls_per_hour=180, handle_seconds=360), agents=17, patience=ExponentialPatience(mean_seconds=120)
    ).answer_rate
    assert abs(rates.mean() - exact) <= 3 * rates.std(ddof=1) / math.sqrt(rates.size)


@pytest.mark.parametrize("reserve", [0, 2])
def test_calls_and_mail_agree_with_the_one_skill_loop(reserve: int) -> None:
    mail = ContactKind(
        name="mail", per_slot=np.full(SHAPE, 5.0), handle_seconds=900.0, patience_seconds=math.inf, priority=1,
        reserve=reserve,
    )  # fmt: skip
    found = simulate_skills(
        kinds=[calls(redial_share=0.4), mail], groups=[group(20, calls=0, mail=0)], runs=300, seed=2
    )
    scenario = Scenario(
        calls_per_slot=np.full(SHAPE, 90.0),
        agents=np.full(SHAPE, 20),
        handle_seconds=np.array([[360.0]]),
        redial_share=0.4,
        mails=Mails(per_slot=np.full(SHAPE, 5.0), handle_seconds=900.0, reserve=reserve),
    )
    plain = simulate(scenario=scenario, runs=300, seed=3)
    assert found.answer_rate("calls") == pytest.approx(plain.answer_rate, abs=0.006)
    mails = found.count("mail", skills_loop.ANSWERED).mean()
    assert mails == pytest.approx(plain.total(5).mean(), rel=0.02)


def test_agents_of_two_skills_answer_more_than_separate_ones() -> None:
    kinds = [calls("japanese", 90.0), calls("english", 90.0)]
    apart = simulate_skills(kinds=kinds, groups=[group(9, japanese=0), group(9, english=0)], runs=100, seed=4)
    both = simulate_skills(kinds=kinds, groups=[group(18, japanese=0, english=0)], runs=100, seed=4)
    some = simulate_skills(
        kinds=kinds,
        groups=[group(6, japanese=0), group(6, english=0), group(6, japanese=1, english=1)],
        runs=100,
        seed=4,
    )
    rates = [sum(each.answer_rate(name) for name in ("japanese", "english")) for each in (apart, some, both)]
    assert rates[0] < rates[1] < rates[2]


def test_a_higher_priority_waits_less() -> None:
    kinds = [calls("first", 90.0, priority=0), calls("second", 90.0, priority=1)]
    found = simulate_skills(kinds=kinds, groups=[group(17, first=0, second=0)], runs=100, seed=5)
    assert found.answer_rate("first") > found.answer_rate("second") + 0.05
    assert found.mean_wait_seconds("first") < found.mean_wait_seconds("second")


def test_every_attempt_has_one_end_also_when_staff_changes() -> None:
    agents = np.array([[3, 12, 20, 9, 0, 15] * 3])
    kinds = [calls("calls", 200.0, shape=(1, 18), redial_share=0.5), calls("other", 50.0, shape=(1, 18))]
    groups = [AgentGroup(name="all", agents=agents, serves={"calls": 0, "other": 1})]
    found = simulate_skills(kinds=kinds, groups=groups, runs=50, seed=6)
    for name in ("calls", "other"):
        ends = found.count(name, skills_loop.ANSWERED) + found.count(name, skills_loop.ABANDONED)
        assert (ends == found.count(name, skills_loop.ATTEMPTS)).all()
    idle_slot = found.counts[..., 4::6, :, skills_loop.ANSWERED].sum()
    assert idle_slot <= found.counts[..., 3::6, :, skills_loop.ANSWERED].sum() * 0.1


def test_a_kind_nobody_can_serve_is_lost_and_mail_waits() -> None:
    mail = ContactKind(name="mail", per_slot=np.full(SHAPE, 5.0), handle_seconds=900.0, patience_seconds=math.inf)
    found = simulate_skills(kinds=[calls("calls"), mail], groups=[group(30, mail=0)], runs=5, seed=7)
    assert found.answer_rate("calls") == 0
    assert found.answer_rate("mail") > 0.95
    nothing = simulate_skills(kinds=[calls("calls", 0.0)], groups=[group(0, calls=0)], runs=2, seed=7)
    assert nothing.answer_rate("calls") == 1.0
    assert nothing.mean_wait_seconds("calls") == 0.0


def test_mail_left_over_is_begun_the_next_morning() -> None:
    per_slot, agents = np.zeros((2, 4)), np.zeros((2, 4))
    per_slot[0], agents[1] = 5.0, 40
    mail = ContactKind(name="mail", per_slot=per_slot, handle_seconds=60.0, patience_seconds=math.inf)
    found = simulate_skills(kinds=[mail], groups=[AgentGroup(name="all", agents=agents, serves={"mail": 0})],
                            runs=20, seed=9)  # fmt: skip
    begun = found.counts[..., 0, skills_loop.ANSWERED].sum(axis=0)
    assert begun[0].sum() == 0
    assert begun[1, 0] == found.count("mail", skills_loop.ATTEMPTS).sum()


def test_the_same_seed_gives_the_same_numbers_and_overload_comes_to_an_end() -> None:
    once, twice = (
        simulate_skills(kinds=[calls(per_hour=4000.0, redial_share=0.9)], groups=[group(3, calls=0)], runs=2, seed=8)
        for _ in range(2)
    )
    assert (once.counts == twice.counts).all()
    assert 0 < once.answer_rate("calls") < 0.05


def test_wrong_kinds_and_groups_are_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match=r"phone\.serves: given 'phone'; allowed: one of calls"):
        simulate_skills(kinds=[calls()], groups=[group(3, phone=0)], runs=1, seed=1)
    with pytest.raises(InvalidInputError, match="one shape for all"):
        simulate_skills(kinds=[calls()], groups=[group(3, shape=(1, 3), calls=0)], runs=1, seed=1)
    with pytest.raises(InvalidInputError, match="some of both"):
        simulate_skills(kinds=[], groups=[], runs=1, seed=1)
    with pytest.raises(InvalidInputError, match=r"calls\.handle_seconds: given 0"):
        calls(handle_seconds=0)
    with pytest.raises(InvalidInputError, match="a rank, 0 or more"):
        group(3, calls=-1)


@pytest.mark.parametrize(
    "patience",
    [
        FixedPatience(mean_seconds=40.0),
        LognormalPatience(mean_seconds=150.0, variation=1.4),
        ObservedPatience(seconds=(10.0, 60.0, 200.0), shares=(0.8, 0.3, 0.1)),
    ],
)
def test_any_patience_is_that_of_the_formula(patience: Patience) -> None:
    shape = (1, 600)
    kind = ContactKind(
        name="calls", per_slot=np.full(shape, 90.0), handle_seconds=360.0, handle_variation=None, patience=patience
    )
    # a second kind beside it, of other people, must change nothing
    other = calls("other", shape=shape, patience_seconds=30.0)
    groups = [group(17, shape=shape, calls=0), group(12, shape=shape, other=0)]
    found = simulate_skills(kinds=[other, kind], groups=groups, runs=30, seed=4)
    rates = SkillSimulation(names=found.names, counts=found.counts[:, :, 20:], sums=found.sums).answer_rates("calls")
    load = Load(calls_per_hour=180, handle_seconds=360)
    exact = impatient_queue(load=load, agents=17, patience=patience).answer_rate
    assert abs(rates.mean() - exact) <= 3.5 * rates.std(ddof=1) / math.sqrt(rates.size)


def test_absent_people_are_missed_as_in_the_one_skill_loop() -> None:
    away = AgentGroup(name="calls", agents=np.full(SHAPE, 20), serves={"calls": 0}, absence=0.15)
    found = simulate_skills(kinds=[calls()], groups=[away], runs=400, seed=5)
    scenario = Scenario(
        calls_per_slot=np.full(SHAPE, 90.0), agents=np.full(SHAPE, 20), handle_seconds=np.array([[360.0]]), absence=0.15
    )
    plain = simulate(scenario=scenario, runs=400, seed=6)
    assert found.answer_rate("calls") == pytest.approx(plain.answer_rate, abs=0.008)
    there = simulate_skills(kinds=[calls()], groups=[group(20, calls=0)], runs=400, seed=5)
    assert there.answer_rate("calls") > found.answer_rate("calls") + 0.01
    nobody = AgentGroup(name="calls", agents=np.full(SHAPE, 20), serves={"calls": 0}, absence=1.0)
    assert simulate_skills(kinds=[calls()], groups=[nobody], runs=2, seed=5).answer_rate("calls") == 0.0
    with pytest.raises(InvalidInputError, match=r"calls\.absence"):
        AgentGroup(name="calls", agents=np.full(SHAPE, 20), serves={}, absence=1.5)
