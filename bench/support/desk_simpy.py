"""The benchmark's desk in simpy, as its documentation shows a renege: request or patience, whichever comes first."""

import random
from collections.abc import Generator
from statistics import mean, stdev
from typing import Any

import simpy
from bench.support.desk import (
    AGENTS,
    CALL_SECONDS,
    CALLS_AN_HOUR,
    MAIL_SECONDS,
    MAILS_AN_HOUR,
    PATIENCE_SECONDS,
    Outcome,
)

Steps = Generator[Any, Any, None]


class Desk:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.world = simpy.Environment()
        self.agents = simpy.PriorityResource(self.world, capacity=AGENTS)
        self.calls = self.answered = self.mails = 0
        self.waited = 0.0

    def arrive(self, an_hour: float, contact: Any) -> Steps:  # noqa: ANN401  # a generator function
        while True:
            yield self.world.timeout(self.rng.expovariate(an_hour / 3600))
            self.world.process(contact())

    def call(self) -> Steps:
        came = self.world.now
        self.calls += 1
        with self.agents.request(priority=0) as request:
            patience = self.world.timeout(self.rng.expovariate(1 / PATIENCE_SECONDS))
            yield request | patience
            self.waited += self.world.now - came
            if request.triggered:
                self.answered += 1
                yield self.world.timeout(self.rng.expovariate(1 / CALL_SECONDS))

    def mail(self) -> Steps:
        with self.agents.request(priority=1) as request:
            yield request
            self.mails += 1
            yield self.world.timeout(self.rng.expovariate(1 / MAIL_SECONDS))


def run(*, hours: int, runs: int) -> Outcome:
    desks = []
    for seed in range(runs):
        desk = Desk(seed)
        desk.world.process(desk.arrive(CALLS_AN_HOUR, desk.call))
        desk.world.process(desk.arrive(MAILS_AN_HOUR, desk.mail))
        desk.world.run(until=hours * 3600)
        desks.append(desk)
    rates = [desk.answered / desk.calls for desk in desks]
    return Outcome(
        contacts=sum(desk.calls + desk.mails for desk in desks),
        answer_rate=mean(rates),
        error=stdev(rates) / runs**0.5,
        wait=sum(desk.waited for desk in desks) / sum(desk.calls for desk in desks),
    )
