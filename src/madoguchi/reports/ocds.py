"""A contract's procurement as an Open Contracting Data Standard 1.1 release package.

Only what the contract's folder says is said: no price that is not public, no date that was not given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from madoguchi.core.calendar.periods import Period
from madoguchi.core.costing.plan import CostPlan
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.procurement.spec import Procurement, Step, Tender
from madoguchi.core.procurement_vocabulary import CostBasis, ScoringMethod, StepKind
from madoguchi.core.values import rounded

PREFIX = re.compile(r"ocds-[a-z0-9]{6}")
ZONE = "+09:00"
CRITERIA = {
    ScoringMethod.ADDITIVE: "ratedCriteria",
    ScoringMethod.DIVISION: "ratedCriteria",
    ScoringMethod.PRICE_ONLY: "priceOnly",
}
ENGAGEMENT = (
    StepKind.MARKET_RESEARCH,
    StepKind.REQUEST_FOR_INFORMATION,
    StepKind.HEARING,
    StepKind.REQUEST_FOR_COMMENTS,
)
Value = dict[str, object]


class OcdsError(MadoguchiError):
    """The package cannot be made; the message says what is missing and what is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """Who publishes the package, where and when; `prefix` is the one the publisher registered."""

    prefix: str
    uri: str
    publisher: str
    published_date: date

    def __post_init__(self) -> None:
        if not PREFIX.fullmatch(self.prefix):
            raise OcdsError(f"prefix {self.prefix!r}; allowed: ocds- and six small letters or digits, as registered")
        if not self.uri.startswith(("https://", "http://")):
            raise OcdsError(f"uri {self.uri!r}; allowed: the address the package is published at")


def release_package(
    *, contract: Contract, procurement: Procurement, costs: CostPlan | None, publication: Publication
) -> Value:
    """Return the package. Raises OcdsError where the folder tells of no tender."""
    if procurement.tender is None:
        raise OcdsError("procurement.toml has no [tender]; allowed: a contract whose tender is told")
    moment = _moment(publication.published_date)
    release = _release(contract, procurement, procurement.tender, costs, publication)
    return {
        "uri": publication.uri,
        "version": "1.1",
        "publishedDate": moment,
        "publisher": {"name": publication.publisher},
        "releases": [release],
    }


def _release(
    contract: Contract, procurement: Procurement, tender: Tender, costs: CostPlan | None, publication: Publication
) -> Value:
    parties = list(_parties(contract, tender))
    ids = {str(each["name"]): str(each["id"]) for each in parties}
    made: Value = {}
    if not tender.is_running:
        awards = [_award(contract, tender, costs, ids)]
        made = {"awards": awards, "contracts": [_contract(contract, costs, publication.published_date)]}
    release: Value = {
        "ocid": f"{publication.prefix}-{contract.id}",
        "id": f"{contract.id}-{publication.published_date:%Y%m%d}",
        "date": _moment(publication.published_date),
        "tag": ["tender"] if tender.is_running else ["award", "contract"],
        "initiationType": "tender",
        "language": "ja",
        "parties": parties,
        "buyer": {"id": ids[contract.buyer], "name": contract.buyer},
        "tender": _tender(contract, procurement, tender, ids, day=publication.published_date),
        **made,
    }
    day = publication.published_date
    engagement = [_milestone(step, "engagement", day) for step in procurement.steps if step.kind in ENGAGEMENT]
    if engagement:
        release["planning"] = {"milestones": engagement}
    return release


def _moment(day: date, *, at_end: bool = False) -> str:
    return f"{day.isoformat()}T{'23:59:59' if at_end else '00:00:00'}{ZONE}"


def _period(period: Period) -> Value:
    final = period.end_date - timedelta(days=1)
    return {
        "startDate": _moment(period.start_date),
        "endDate": _moment(final, at_end=True),
        "durationInDays": (period.end_date - period.start_date).days,
    }


def _parties(contract: Contract, tender: Tender) -> Iterator[Value]:
    """Yield each organization once with all its roles."""
    roles: dict[str, list[str]] = {contract.buyer: ["buyer", "procuringEntity"]}
    for name in tender.tenderers:
        roles.setdefault(name, []).append("tenderer")
    if not tender.is_running:
        roles.setdefault(tender.winner, []).append("supplier")
    for number, (name, held) in enumerate(roles.items(), start=1):
        yield {"id": f"party-{number}", "name": name, "roles": held}


def _reference(name: str, ids: dict[str, str]) -> Value:
    return {"id": ids[name], "name": name}


def _tender(contract: Contract, procurement: Procurement, tender: Tender, ids: dict[str, str], *, day: date) -> Value:
    found: Value = {
        "id": f"{contract.id}-tender",
        "title": tender.name or contract.name,
        "status": "active" if tender.is_running else "complete",
        "procuringEntity": _reference(contract.buyer, ids),
        "procurementMethod": "open",
        "procurementMethodDetails": _method(tender),
        "mainProcurementCategory": "services",
        "awardCriteria": CRITERIA[tender.method],
        "awardCriteriaDetails": tender.method.label,
        "numberOfTenderers": len(tender.tenderers),
        "tenderers": [_reference(name, ids) for name in tender.tenderers],
    }
    if tender.ceiling_price is not None:
        found["value"] = _value(Fraction(tender.ceiling_price))
    if tender.legal_ground:
        found["procurementMethodRationale"] = tender.legal_ground
    for step in procurement.steps:
        if step.kind is StepKind.TENDER_NOTICE:
            found["tenderPeriod"] = _period(step.period)
    milestones = [_milestone(step, _kind_of(step), day) for step in procurement.steps if step.kind not in ENGAGEMENT]
    milestones += [_opening(number, opened) for number, opened in _openings(tender)]
    if milestones:
        found["milestones"] = milestones
    return found


def _method(tender: Tender) -> str:
    return "一般競争入札（不落により随意契約）" if tender.is_direct_after_failed_bidding else "一般競争入札"


def _kind_of(step: Step) -> str:
    return "assessment" if step.kind in (StepKind.TECHNICAL_REVIEW, StepKind.OPENING) else "preProcurement"


def _milestone(step: Step, kind: str, day: date) -> Value:
    """Return a stage as a milestone; one that ends after `day` is not met yet."""
    final = step.period.end_date - timedelta(days=1)
    found: Value = {
        "id": f"{step.kind}-{step.period.start_date:%Y%m%d}",
        "title": step.name,
        "type": kind,
        "dueDate": _moment(final, at_end=True),
        "status": "met" if final <= day else "scheduled",
    }
    if final <= day:
        found["dateMet"] = found["dueDate"]
    if step.note:
        found["description"] = step.note
    return found


def _openings(tender: Tender) -> Iterator[tuple[int, date]]:
    for opening in tender.openings:
        if opening.opening_date is not None:
            yield opening.number, opening.opening_date


def _opening(number: int, day: date) -> Value:
    moment = _moment(day)
    return {
        "id": f"bid-opening-{number}", "title": f"第{number}回開札", "type": "assessment", "dueDate": moment,
        "dateMet": moment, "status": "met",
    }  # fmt: skip


def _value(exact: Fraction) -> Value:
    return {"amount": int(rounded(exact, decimals=0)), "currency": "JPY"}


def _amount(costs: CostPlan | None) -> Value:
    return {} if costs is None else {"value": _value(costs.current.term.net(basis=CostBasis.TOTAL))}


def _award(contract: Contract, tender: Tender, costs: CostPlan | None, ids: dict[str, str]) -> Value:
    found: Value = {
        "id": f"{contract.id}-award",
        "title": tender.name or contract.name,
        "status": "active",
        "suppliers": [_reference(tender.winner, ids)],
        "contractPeriod": _period(contract.period),
        **_amount(costs),
    }
    if tender.award_date is not None:
        found["date"] = _moment(tender.award_date)
    return found


def _contract(contract: Contract, costs: CostPlan | None, published_date: date) -> Value:
    return {
        "id": f"{contract.id}-contract",
        "awardID": f"{contract.id}-award",
        "title": contract.name,
        "status": "active" if published_date < contract.period.end_date else "terminated",
        "period": _period(contract.period),
        **_amount(costs),
    }
