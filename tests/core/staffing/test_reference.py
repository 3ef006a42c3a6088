"""Every row of the reference file: computed ones to 1e-9, published ones to the printed digit, agents exact."""

import csv
import math
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from tests.shared_data import shared_folder

from madoguchi.core.staffing.desk import Callers, DeskFigures, desk_figures
from madoguchi.core.staffing.erlang_b import blocking_probability, offered_erlangs
from madoguchi.core.staffing.erlang_c import patient_queue
from madoguchi.core.staffing.inputs import Load
from madoguchi.core.staffing.patience import ExponentialPatience, FixedPatience, LognormalPatience, Patience
from madoguchi.core.staffing.required import AnswerRateTarget, ServiceLevelTarget, Target, required_agents

Inputs = Mapping[str, str]
PUBLISHED_TOLERANCE = {"E022": 1e-4}


def number(inputs: Inputs, name: str, default: float = 0.0) -> float:
    return float(inputs.get(name, default))


def load_of(inputs: Inputs) -> Load:
    handle = number(inputs, "aht_s", 60.0)
    if "erlang" in inputs:
        return Load(calls_per_hour=number(inputs, "erlang") * 3600 / handle, handle_seconds=handle)
    if "calls" in inputs:
        return Load(calls_per_hour=number(inputs, "calls") * 3600 / number(inputs, "interval_s"), handle_seconds=handle)
    per_hour = number(inputs, "calls_per_h") or 60 * number(inputs, "calls_per_min")
    return Load(calls_per_hour=per_hour, handle_seconds=handle)


def patience_of(inputs: Inputs) -> Patience:
    words = inputs.get("patience", "").split()
    if words[:1] == ["deterministic"]:
        return FixedPatience(mean_seconds=float(words[1]))
    if words[:1] == ["lognormal"]:
        return LognormalPatience(mean_seconds=float(words[2]), variation=float(words[5]))
    return ExponentialPatience(mean_seconds=number(inputs, "patience_s", math.inf))


def figures_of(inputs: Inputs) -> DeskFigures:
    callers = Callers(fresh=load_of(inputs), patience=patience_of(inputs), redial_share=number(inputs, "p_redial"))
    return desk_figures(callers=callers, agents=int(inputs["agents"]))


def agents_of(inputs: Inputs) -> float:
    target: Target
    if "answer_rate_min" in inputs:
        target = AnswerRateTarget(at_least=number(inputs, "answer_rate_min"))
    else:
        target = ServiceLevelTarget(
            at_least=number(inputs, "sl"),
            within_seconds=number(inputs, "awt_s"),
            most_occupancy=number(inputs, "max_occ", 1.0),
        )
    callers = Callers(fresh=load_of(inputs), patience=patience_of(inputs))
    found = required_agents(callers=callers, target=target).agents
    assert found is not None
    return found


METRICS: Mapping[str, Callable[[Inputs], float]] = {
    "offered_erlang": lambda given: offered_erlangs(
        channels=int(given["channels"]), blocking_share=float(given["blocking"])
    ),
    "blocking_percent": lambda given: (
        100 * blocking_probability(erlangs=float(given["erlang"]), channels=int(given["channels"]))
    ),
    "prob_wait": lambda given: figures_of(given).queue.wait_probability,
    "service_level": lambda given: figures_of(given).service_level(within_seconds=float(given["awt_s"])),
    "agents": agents_of,
    "answer_rate": lambda given: figures_of(given).answer_rate,
    "answer_rate_per_attempt": lambda given: figures_of(given).answer_rate,
    "abandon_percent": lambda given: 100 * figures_of(given).queue.abandonment_rate,
    "mean_wait_s": lambda given: figures_of(given).queue.mean_wait_seconds,
    "mean_queue": lambda given: figures_of(given).queue.mean_queue,
    "occupancy_percent": lambda given: 100 * figures_of(given).occupancy,
    "offered_per_h": lambda given: figures_of(given).attempts_per_hour,
}


def tolerance(row: Mapping[str, str]) -> float:
    if row["metric"] == "agents":
        return 0.0
    if row["kind"] == "computed":
        return 1e-9 * abs(float(row["value"]))
    exponent = Decimal(row["value"]).as_tuple().exponent
    return PUBLISHED_TOLERANCE.get(row["id"], 0.5 * 10.0 ** int(exponent) * (1 + 1e-9))


def test_every_reference_row_is_met() -> None:
    with (shared_folder("data/staffing") / "erlang_reference.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        inputs = dict(part.split("=", 1) for part in row["input"].split(";"))
        found = METRICS[row["metric"]](inputs)
        if abs(found - float(row["value"])) > tolerance(row):
            wrong.append(f"{row['id']} {row['metric']}: {found!r}, reference {row['value']}")
    assert len(rows) > 30
    assert wrong == []


@pytest.mark.parametrize(("erlangs", "agents"), [(10.0, 14), (123.0, 132)])
def test_erlang_c_is_erlang_a_without_end_of_patience(erlangs: float, agents: int) -> None:
    load = Load(calls_per_hour=erlangs * 20, handle_seconds=180.0)
    figures = desk_figures(callers=Callers(fresh=load, patience=ExponentialPatience(mean_seconds=1e9)), agents=agents)
    endless = patient_queue(load=load, agents=agents)
    assert figures.queue.wait_probability == pytest.approx(endless.wait_probability, rel=1e-4)
    assert figures.queue.mean_wait_seconds == pytest.approx(endless.mean_wait_seconds, rel=1e-4)
