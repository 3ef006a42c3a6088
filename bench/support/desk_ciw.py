"""The benchmark's desk in ciw: two classes of customers, one queue, priorities and reneging."""

from statistics import mean, stdev

import ciw
from bench.support.desk import (
    AGENTS,
    CALL_SECONDS,
    CALLS_AN_HOUR,
    MAIL_SECONDS,
    MAILS_AN_HOUR,
    PATIENCE_SECONDS,
    Outcome,
)


def network() -> ciw.network.Network:
    return ciw.create_network(
        arrival_distributions={
            "Call": [ciw.dists.Exponential(rate=CALLS_AN_HOUR / 3600)],
            "Mail": [ciw.dists.Exponential(rate=MAILS_AN_HOUR / 3600)],
        },
        service_distributions={
            "Call": [ciw.dists.Exponential(rate=1 / CALL_SECONDS)],
            "Mail": [ciw.dists.Exponential(rate=1 / MAIL_SECONDS)],
        },
        reneging_time_distributions={"Call": [ciw.dists.Exponential(rate=1 / PATIENCE_SECONDS)], "Mail": [None]},
        routing={"Call": [[0.0]], "Mail": [[0.0]]},
        priority_classes={"Call": 0, "Mail": 1},
        number_of_servers=[AGENTS],
    )


def run(*, hours: int, runs: int) -> Outcome:
    rates, waits, contacts = [], [], 0
    for seed in range(runs):
        ciw.seed(seed)
        simulation = ciw.Simulation(network())
        simulation.simulate_until_max_time(hours * 3600)
        records = simulation.get_all_records()
        calls = [each for each in records if each.customer_class == "Call"]
        rates.append(sum(each.record_type == "service" for each in calls) / len(calls))
        waits += [each.waiting_time for each in calls]
        contacts += len(records)
    return Outcome(contacts=contacts, answer_rate=mean(rates), error=stdev(rates) / runs**0.5, wait=mean(waits))
