"""Reads on the record of a procurement and on firms' comments."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.core.costing.load import load_costs
from madoguchi.core.procurement.comments import Comment
from madoguchi.core.procurement.load import PROCUREMENT_FILE, load_procurement
from madoguchi.core.procurement.spec import Procurement
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.procurement.models import FirmComment, ProcurementVersion
from madoguchi.reports.ocds import OcdsError, Publication, Value, release_package


def comments_of(access: Access) -> QuerySet[FirmComment]:
    return FirmComment.objects.filter(contract=access.contract)


def comment_values(contract: Contract) -> tuple[Comment, ...]:
    """Return a contract's comments as values, for the documents that count them."""
    return tuple(
        Comment(
            number=each.number, firm=each.firm, section=each.section, comment=each.comment, answer=each.answer,
            outcome=CommentOutcome(each.outcome) if each.outcome else None,
        )
        for each in FirmComment.objects.filter(contract=contract)
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """The record of a procurement as it stands; number 0 is the one of the contract's definitions, or none."""

    number: int
    text: str

    def value(self) -> Procurement | None:
        return load_procurement({PROCUREMENT_FILE: self.text}) if self.text else None


def kept_procurement(*, contract: Contract, day: date) -> Kept:
    """Return the latest record kept at the desk, else the file of the definitions in force on a day."""
    latest = ProcurementVersion.objects.filter(contract=contract).first()
    if latest is not None:
        return Kept(number=latest.number, text=latest.text)
    return Kept(number=0, text=definitions_on(contract=contract, day=day).texts.get(PROCUREMENT_FILE, ""))


def open_data_of(*, contract: Contract, publication: Publication) -> Value:
    """Return the record as it stands as an OCDS release package. Raises OcdsError where there is no tender."""
    day = publication.published_date
    procurement = kept_procurement(contract=contract, day=day).value()
    if procurement is None:
        raise OcdsError(f"contract {contract.key} has no record of a procurement; allowed: one with a tender")
    definitions = definitions_on(contract=contract, day=day)
    return release_package(
        contract=definitions.promised,
        procurement=procurement,
        costs=load_costs(definitions.texts),
        publication=publication,
    )


def procurement_versions(access: Access) -> QuerySet[ProcurementVersion]:
    """Return every version without its text, the latest first."""
    return ProcurementVersion.objects.filter(contract=access.contract).select_related("author").defer("text")
