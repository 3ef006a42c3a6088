"""The checklist of a handover: items as data, each with its live count from the rooms and who confirmed it."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from madoguchi.assets.models import Item, Loan
from madoguchi.contracts.models import Contract
from madoguchi.contracts.rules import Right
from madoguchi.core.handover_vocabulary import ExportState, Party
from madoguchi.core.quality_vocabulary import MonthState
from madoguchi.core.vocabulary import ArticleKind, ArticleState, RoleKind, TicketKind
from madoguchi.core.works_vocabulary import ApprovalState, LoanState, ProblemState
from madoguchi.desk.models import OPEN_STATES
from madoguchi.documents.models import Document
from madoguchi.handover.models import Confirmation, Export, RetentionRule
from madoguchi.handover.queries import closed_sources
from madoguchi.knowledge.models import Article
from madoguchi.quality.models import Revision
from madoguchi.works.models import Approval, DecisionRequest, Problem

CRITERIA = (ArticleKind.DECISION_CRITERION.value, ArticleKind.RESPONSE_POLICY.value)
CONTRACTOR = (RoleKind.OPERATOR.value, RoleKind.OPERATIONS_MANAGER.value, RoleKind.VENDOR.value)
Counter = Callable[[Contract], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckItem:
    """A point that the parties confirm; `count` names what is counted, `page` where it is seen."""

    key: str
    ja: str
    en: str
    parties: tuple[Party, ...]
    days: int
    count: str
    page: str
    right: Right | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An item as it stands: what is counted now, until when it is due, and who confirmed it."""

    item: CheckItem
    due_date: date
    count: int | None
    confirmed: Mapping[Party, Confirmation | None]

    @property
    def is_done(self) -> bool:
        return all(self.confirmed.values())

    def is_overdue(self, day: date) -> bool:
        return not self.is_done and day > self.due_date


@lru_cache(maxsize=1)
def items() -> tuple[CheckItem, ...]:
    """Return the items of the package's list, in its order."""
    text = Path(__file__).with_name("checklist.toml").read_text(encoding="utf-8")
    return tuple(
        CheckItem(
            key=each["key"], ja=each["ja"], en=each["en"], parties=tuple(Party(one) for one in each["parties"]),
            days=each["days"], count=each.get("count", ""), page=each.get("page", ""),
            right=Right(each["right"]) if "right" in each else None,
        )
        for each in tomllib.loads(text)["item"]
    )  # fmt: skip


def _articles(contract: Contract, **wanted: object) -> int:
    return Article.objects.filter(contract=contract, state=ArticleState.PUBLISHED.value, **wanted).count()


def _open_months(contract: Contract) -> int:
    """Count the months submitted whose latest revision is not approved."""
    latest = dict(Revision.objects.filter(contract=contract).order_by("month", "number").values_list("month", "state"))
    return sum(state != MonthState.APPROVED.value for state in latest.values())


COUNTS: Mapping[str, Counter] = {
    "open_tickets": lambda contract: contract.tickets.filter(state__in=OPEN_STATES).count(),
    "open_wishes": lambda contract: contract.tickets.filter(
        state__in=OPEN_STATES, kind=TicketKind.WISH.value
    ).count(),
    "open_approvals": lambda contract: Approval.objects.filter(
        application__ticket__contract=contract, state=ApprovalState.ASKED.value
    ).count(),
    "open_decisions": lambda contract: DecisionRequest.objects.filter(
        contract=contract, decided_at__isnull=True
    ).count(),
    "open_problems": lambda contract: Problem.objects.filter(contract=contract)
    .exclude(state=ProblemState.FIXED.value).count(),
    "criteria": lambda contract: _articles(contract, kind__in=CRITERIA),
    "articles": _articles,
    "lent_items": lambda contract: Loan.objects.filter(item__contract=contract, state=LoanState.OUT.value).count(),
    "items": lambda contract: Item.objects.filter(contract=contract).count(),
    "roles_without_end": lambda contract: contract.roles.filter(end_date__isnull=True, kind__in=CONTRACTOR).count(),
    "open_documents": lambda contract: Document.objects.filter(contract=contract, latest_version=0).count(),
    "open_months": _open_months,
    "archives": lambda contract: Export.objects.filter(contract=contract, state=ExportState.DONE.value).count(),
    "closed_sources": closed_sources,
    "retention_rules": lambda contract: RetentionRule.objects.filter(contract=contract).count(),
}  # fmt: skip


def final_date(contract: Contract) -> date:
    """Return the contract's last day."""
    return contract.end_date - timedelta(days=1)


def checklist(contract: Contract) -> list[Line]:
    """Return every item with its count now and its confirmations."""
    given = {
        (each.item, each.party): each
        for each in Confirmation.objects.filter(contract=contract).select_related("person")
    }
    return [
        Line(
            item=each, due_date=final_date(contract) - timedelta(days=each.days),
            count=COUNTS[each.count](contract) if each.count else None,
            confirmed={party: given.get((each.key, party.value)) for party in each.parties},
        )
        for each in items()
    ]  # fmt: skip
