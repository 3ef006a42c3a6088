"""costs.toml as a value: current and prior terms, shares with their grounds, tax, rounding."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.costs import Cost, CostError, Share
from madoguchi.core.costing.plan import MINUS_SIGNS, TOTAL_BASES, CostPlan, PlannedCost, PlannedTerm
from madoguchi.core.costing.saving import MONEY_UNITS, MoneyRounding
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load_contract import load_period
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.core.procurement_vocabulary import CostBasis, RoundingMode

COSTS_FILE = "costs.toml"
FALLBACK = Period(start_date=date(2000, 1, 1), end_date=date(2000, 1, 2))
MOST_MONTHS = 600
MOST_DECIMALS = 4


def load_costs(texts: Mapping[str, str]) -> CostPlan | None:
    """Return the costs of a contract's folder, or None where it has no costs.toml. Raises InvalidInputError."""
    if COSTS_FILE not in texts:
        return None
    problems: list[Problem] = []
    table = parse_toml(COSTS_FILE, texts[COSTS_FILE], problems)
    plan = _plan(Reader(file=COSTS_FILE, table=table, problems=problems)) if table is not None else None
    if problems or plan is None:
        raise InvalidInputError(problems)
    return plan


def _plan(reader: Reader) -> CostPlan | None:
    if reader.integer("format", default=1) != 1:
        reader.report("format", given=reader.table["format"], allowed="1, the only format there is")
    current = reader.child("current")
    if current is None:
        reader.report("current", given="missing", allowed="a table with the current term")
    priors = tuple(_term(child) for child in reader.children("prior"))
    _check_ids(reader, priors)
    rounding = MoneyRounding(
        unit=_unit(reader),
        mode=reader.word("rounding", RoundingMode, default=RoundingMode.HALF_UP) or RoundingMode.HALF_UP,
    )
    decimals = reader.integer("decimals", default=1, maximum=MOST_DECIMALS)
    bases, minus = _bases(reader), reader.text("minus", default=MINUS_SIGNS[0])
    if minus not in MINUS_SIGNS:
        reader.report("minus", given=minus, allowed="one of " + ", ".join(MINUS_SIGNS))
    reader.finish()
    if current is None:
        return None
    return CostPlan(
        current=_term(current), priors=priors, bases=bases, rounding=rounding, decimals=decimals, minus=minus
    )


def _check_ids(reader: Reader, terms: tuple[PlannedTerm, ...]) -> None:
    names = [each.id for each in terms]
    for name in sorted({each for each in names if each and names.count(each) > 1}):
        reader.report("prior", given=name, allowed="an id that no other prior term has")


def _unit(reader: Reader) -> int:
    unit = reader.integer("unit", default=1, minimum=1)
    if unit not in MONEY_UNITS:
        reader.report("unit", given=unit, allowed="one of " + ", ".join(str(each) for each in MONEY_UNITS))
        return 1
    return unit


def _bases(reader: Reader) -> tuple[CostBasis, ...]:
    words = reader.texts("bases")
    for word in words:
        if word not in list(CostBasis):
            reader.report("bases", given=word, allowed="one of " + ", ".join(CostBasis))
    return tuple(CostBasis(word) for word in words if word in list(CostBasis)) or TOTAL_BASES


def _term(reader: Reader) -> PlannedTerm:
    contracts = reader.children("contract")
    costs = tuple(_cost(child) for child in contracts)
    if not any(each.is_compared for each in costs):
        reader.report("contract", given="no contract to compare", allowed="one [[contract]] or more")
    paid = reader.child("paid")
    months = reader.integer("months", default=0, minimum=1, maximum=MOST_MONTHS)
    if not reader.has("months"):
        reader.report("months", given="missing", allowed=f"the paid months, 1 to {MOST_MONTHS}")
    term = PlannedTerm(
        id=reader.identifier("id", required=reader.path != "current") or "current",
        name=reader.text("name", required=True),
        months=months,
        costs=costs,
        paid=load_period(paid) if paid else None,
        note=reader.text("note"),
        source=reader.text("source"),
    )
    for each in (reader, paid):
        if each is not None:
            each.finish()
    return term


def _cost(reader: Reader) -> PlannedCost:
    amount, tax = _amount(reader, "amount"), reader.number("tax_percent")
    share = _share(reader, amount)
    name, period = reader.text("name", required=True), load_period(reader) or FALLBACK
    months = reader.integer("months", default=0, maximum=MOST_MONTHS) or None
    is_compared, source = reader.flag("is_compared", default=True), reader.text("source")
    reader.finish()
    try:
        percent = None if tax is None else Decimal(tax.numerator) / tax.denominator
        cost = Cost(name=name, amount=amount, period=period, tax_percent=percent, share=share)
    except CostError as error:
        reader.report("", given=str(error), allowed="see the message")
        cost = Cost(name=name, amount=0, period=FALLBACK)
    return PlannedCost(cost=cost, months=months, is_compared=is_compared, source=source)


def _amount(reader: Reader, name: str) -> int:
    if not reader.has(name):
        reader.report(name, given="missing", allowed="whole yen")
    return reader.integer(name, default=0, maximum=10**15)


def _share(reader: Reader, amount: int) -> Share | None:
    """Read `[share]`: this service's part of a bundled price, as an amount or in percent, and its ground."""
    child = reader.child("share")
    if child is None:
        return None
    part = Fraction(1)
    if child.has("percent") == child.has("amount"):
        child.report("", given="both or neither of amount and percent", allowed="one of them")
    if child.has("percent"):
        part = (child.number("percent") or Fraction(0)) / 100
    elif amount:
        part = Fraction(_amount(child, "amount"), amount)
    ground = child.text("ground", required=True)
    child.finish()
    try:
        return Share(part=part, ground=ground)
    except CostError as error:
        child.report("", given=str(error), allowed="see the message")
        return None
