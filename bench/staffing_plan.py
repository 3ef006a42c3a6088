"""A plan of a month for forty people, and how far it is from the half hours it must cover.

A file of its own: pyworkforce, which `bench/staffing.py` compares with, brings another HiGHS into its process.
"""

import argparse
import time
from datetime import date, timedelta

import numpy as np

from madoguchi.core.staffing.patience import ExponentialPatience
from madoguchi.planning.need import Demand
from madoguchi.planning.plan import PlanRules, plan_month, repaired_need
from madoguchi.planning.roster import Person, WorkRules

FIRST, WORKING_DAYS, PEOPLE = date(2023, 5, 8), 5, 40
PROFILE = np.array([6, 8, 10, 12, 13, 11, 8, 6, 9, 11, 11, 10, 10, 9, 8, 7], dtype=np.float64)
TARGET, SECONDS, TOLERANCE = 0.9, 30.0, 0.005


def plan() -> bool:
    """Plan four weeks with leave, repeated calls and a skill that must be there; check it with other seeds."""
    dates = (FIRST + timedelta(days=number) for number in range(28))
    days = [day for day in dates if day.weekday() < WORKING_DAYS]
    rng = np.random.default_rng(1)
    demand = Demand(
        calls=5.0 * PROFILE * rng.uniform(0.9, 1.1, (len(days), 1)),
        handle_seconds=np.array([[420.0]]),
        patience=ExponentialPatience(mean_seconds=180.0),
        redial_share=0.4,
        handle_variation=1.1,
    )
    people = [
        Person(
            name=f"{number}",
            skills=frozenset({"english"} if number % 5 == 0 else ()),
            leave=frozenset({days[number % len(days)]}),
        )
        for number in range(PEOPLE)
    ]
    started = time.perf_counter()
    rules = PlanRules(work=WorkRules(always_skills={"english": 1}))
    found = plan_month(demand=demand, days=days, people=people, at_least=TARGET, rules=rules)
    taken = time.perf_counter() - started
    print(f"a month of {PEOPLE} people: {taken:.1f} s (at most {SECONDS} wanted); {found}")
    print(f"by half hour {repaired_need(demand=demand, at_least=TARGET)}")
    return taken <= SECONDS and found.answer_rate >= TARGET - TOLERANCE and not found.roster.problems


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    return 0 if plan() else 1


if __name__ == "__main__":
    raise SystemExit(main())
