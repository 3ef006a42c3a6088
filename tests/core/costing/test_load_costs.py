"""costs.toml: the published contracts on one footing, and every problem with its key."""

from decimal import Decimal
from pathlib import Path

import pytest

from madoguchi.core.costing.load import load_costs
from madoguchi.core.costing.plan import CostPlan, compare_plan, decisive
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.procurement_vocabulary import CostBasis, CostNote
from madoguchi.intake.definitions import read_definitions

EXAMPLES = Path(__file__).parents[3] / "examples"
LEAST = """
[current]
name = "今期"
months = 12
[[current.contract]]
name = "契約"
amount = 1_100
start_date = 2021-04-01
end_date = 2022-03-31
tax_percent = 10

[[prior]]
id = "before"
name = "前期"
months = 12
[[prior.contract]]
name = "前の契約"
amount = 2_000
start_date = 2020-04-01
end_date = 2021-03-31
"""


def plan_of(folder: str) -> CostPlan:
    plan = load_costs(read_definitions(EXAMPLES / folder))
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    ("folder", "printed"),
    [
        ("000-meti-operations", [("1,517,677", "960,000", "△557,677", "△36.7%")]),
        (
            "001-mic-lan",
            [("460,800", "290,010", "-170,790", "-37.1%"), ("7,680", "6,905", "-775", "-10.1%")],
        ),
        (
            "002-caa-operations",
            [("25,320", "20,445", "△4,875", "△19.3%"), ("21,339", "20,445", "△894", "△4.2%")],
        ),
        ("004-egov-support-centre", [("142,859,052", "91,544,900", "△51,314,152", "△35.9%")]),
    ],
)
def test_published_contracts_come_out_as_their_costs_say(folder: str, printed: list[tuple[str, ...]]) -> None:
    plan = plan_of(folder)
    found = [
        (
            plan.amount_text(each.saving.before),
            plan.amount_text(each.saving.after),
            plan.amount_text(each.saving.change),
            plan.percent_text(each.saving.change_percent(decimals=plan.decimals)),
        )
        for each in compare_plan(plan)
    ]
    assert found == printed


def test_weakest_fair_comparison_decides() -> None:
    year = decisive(compare_plan(plan_of("002-caa-operations")))
    assert year is not None
    assert year.prior.id == "fiscal_2013"
    month = decisive(compare_plan(plan_of("001-mic-lan")))
    assert month is not None
    assert month.saving.basis is CostBasis.MONTH


def test_tax_is_taken_out_and_said() -> None:
    plan = load_costs({"costs.toml": LEAST})
    assert plan is not None
    (saving,) = [each.saving for each in compare_plan(plan) if each.saving.basis is CostBasis.TOTAL]
    assert saving.after == 1_000
    assert saving.change_percent() == Decimal("-50.0")
    assert CostNote.TAX_REMOVED in saving.notes


def test_folder_without_costs_has_none() -> None:
    assert load_costs({}) is None


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ("amount = 1_100", "amount = -1", "current.contract[1].amount", "a whole number from 0"),
        ("amount = 1_100\n", "", "current.contract[1].amount", "whole yen"),
        ("tax_percent = 10", "tax_percent = -10", "current.contract[1]", "see the message"),
        ("months = 12", "months = 0", "current.months", "a whole number from 1 to 600"),
        ('id = "before"', 'id = "Before"', "prior[1].id", "small letters"),
        ("end_date = 2022-03-31", "end_date = 2020-03-31", "current.contract[1].end_date", "not before"),
        ("tax_percent = 10", "tax = 10", "current.contract[1].tax", "one of amount"),
        ('[current]\nname = "今期"\n', "[current]\n", "current.name", "a text"),
    ],
)
def test_problem_names_file_key_and_what_is_allowed(old: str, new: str, key: str, allowed: str) -> None:
    assert old in LEAST
    with pytest.raises(InvalidInputError) as caught:
        load_costs({"costs.toml": LEAST.replace(old, new, 1)})
    problem = next(each for each in caught.value.problems if each.key == key)
    assert problem.where == "costs.toml"
    assert allowed in problem.allowed


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('minus = "−"', "minus"),
        ("unit = 7", "unit"),
        ('bases = ["week"]', "bases"),
        ('rounding = "bankers"', "rounding"),
        ("format = 2", "format"),
        ("decimals = 9", "decimals"),
        ("this is not toml", ""),
    ],
)
def test_wrong_setting_is_refused(line: str, key: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        load_costs({"costs.toml": line + "\n" + LEAST})
    assert key in [each.key for each in caught.value.problems]


def test_share_needs_a_ground_and_one_way_to_say_how_much() -> None:
    for share in (
        'amount = 10\npercent = 5\nground = "g"',
        'ground = "g"',
        "amount = 10",
        'percent = 120\nground = "g"',
    ):
        with pytest.raises(InvalidInputError) as caught:
            load_costs({"costs.toml": f"{LEAST}\n[prior.contract.share]\n{share}\n"})
        assert any(each.key.startswith("prior[1].contract[1].share") for each in caught.value.problems)


def test_same_prior_term_twice_is_refused() -> None:
    prior = LEAST[LEAST.index("[[prior]]") :]
    with pytest.raises(InvalidInputError, match="before"):
        load_costs({"costs.toml": LEAST + prior})


def test_nothing_paid_before_gives_no_rate() -> None:
    plan = load_costs({"costs.toml": LEAST.replace("amount = 2_000", "amount = 0")})
    assert plan is not None
    (saving, _) = (each.saving for each in compare_plan(plan))
    assert plan.percent_text(saving.change_percent()) == "－"
    assert decisive(compare_plan(plan)) is None
