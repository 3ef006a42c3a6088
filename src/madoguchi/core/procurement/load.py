"""procurement.toml as a value; every problem is reported with its file and key."""

from collections.abc import Mapping

from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.load_contract import FALLBACK, load_period
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.core.procurement.load_tender import load_scoring, load_tender
from madoguchi.core.procurement.spec import Decision, Decliner, ExitRecord, FollowUp, PastTerm, Procurement, Step
from madoguchi.core.procurement_vocabulary import CriterionProposal, ExitCriterion, FollowUpState, StepKind

PROCUREMENT_FILE = "procurement.toml"
MOST_DAYS = 3_660


def load_procurement(texts: Mapping[str, str]) -> Procurement | None:
    """Return how a contract was bought, or None where its folder has no procurement.toml. Raises InvalidInputError."""
    if PROCUREMENT_FILE not in texts:
        return None
    problems: list[Problem] = []
    table = parse_toml(PROCUREMENT_FILE, texts[PROCUREMENT_FILE], problems)
    found = _procurement(Reader(file=PROCUREMENT_FILE, table=table, problems=problems)) if table is not None else None
    if problems or found is None:
        raise InvalidInputError(problems)
    return found


def _procurement(reader: Reader) -> Procurement:
    if reader.integer("format", default=1) != 1:
        reader.report("format", given=reader.table["format"], allowed="1, the only format there is")
    tender, scoring, exit_record = reader.child("tender"), reader.child("scoring"), reader.child("exit")
    found = Procurement(
        tender=load_tender(tender) if tender else None,
        steps=tuple(_step(child) for child in reader.children("step")),
        contacted_firm_count=reader.integer("contacted_firm_count", default=0) or None,
        decliners=tuple(_decliner(child) for child in reader.children("decliner")),
        follow_ups=tuple(_follow_up(child) for child in reader.children("follow_up")),
        past_terms=tuple(_past_term(child) for child in reader.children("past_term")),
        schedule=tuple(_step(child) for child in reader.children("next")),
        scoring=load_scoring(scoring) if scoring else None,
        exit=_exit(exit_record) if exit_record else None,
    )
    reader.finish()
    return found


def _period(reader: Reader) -> Period:
    return load_period(reader) or FALLBACK


def _step(reader: Reader) -> Step:
    step = Step(
        kind=reader.word("kind", StepKind) or StepKind.MARKET_RESEARCH,
        period=_period(reader),
        label=reader.text("label"),
        firm_count=_count(reader, "firm_count"),
        comment_count=_count(reader, "comment_count"),
        note=reader.text("note"),
        minimum_days=_count(reader, "minimum_days", maximum=MOST_DAYS),
        minimum_ground=reader.text("minimum_ground"),
        source=reader.text("source"),
    )
    if step.minimum_days is not None and not step.minimum_ground:
        reader.report("minimum_ground", given="missing", allowed="the rule or plan that asks for minimum_days")
    reader.finish()
    return step


def _count(reader: Reader, name: str, *, maximum: int = 10**9) -> int | None:
    value = reader.integer(name, default=0, maximum=maximum)
    return value if reader.has(name) else None


def _decliner(reader: Reader) -> Decliner:
    found = Decliner(
        firm=reader.text("firm", required=True), reasons=reader.texts("reasons"), remedies=reader.texts("remedies")
    )
    if not found.reasons:
        reader.report("reasons", given="missing", allowed="a list of one reason or more")
    reader.finish()
    return found


def _follow_up(reader: Reader) -> FollowUp:
    found = FollowUp(
        point=reader.text("point", required=True),
        state=reader.word("state", FollowUpState) or FollowUpState.NOT_DONE,
        actions=reader.texts("actions"),
    )
    if found.state is FollowUpState.DONE and not found.actions:
        reader.report("actions", given="missing", allowed="what was done, where the state is done")
    reader.finish()
    return found


def _past_term(reader: Reader) -> PastTerm:
    found = PastTerm(
        label=reader.text("label", required=True),
        period=_period(reader),
        winner=reader.text("winner", required=True),
        form=reader.text("form"),
        amount=_count(reader, "amount", maximum=10**15),
        tenderer_count=_count(reader, "tenderer_count"),
    )
    reader.finish()
    return found


def _exit(reader: Reader) -> ExitRecord:
    decisions = tuple(_decision(child) for child in reader.children("decision"))
    for criterion in ExitCriterion:
        if sum(each.criterion is criterion for each in decisions) > 1:
            reader.report("decision", given=f"{criterion} twice", allowed="one decision for a criterion")
    record = ExitRecord(
        correction_order_count=reader.integer("correction_order_count", default=0),
        violation_count=reader.integer("violation_count", default=0),
        has_outside_check=reader.flag("has_outside_check", default=False),
        is_outside_check_planned=reader.flag("is_outside_check_planned", default=False),
        outside_check=reader.text("outside_check"),
        decisions=decisions,
    )
    reader.finish()
    return record


def _decision(reader: Reader) -> Decision:
    found = Decision(
        criterion=reader.word("criterion", ExitCriterion) or ExitCriterion.NO_ORDERS,
        proposal=reader.word("decision", CriterionProposal) or CriterionProposal.TO_DECIDE,
        finding=reader.text("finding", required=True),
        reason=reader.text("reason"),
    )
    reader.finish()
    return found
