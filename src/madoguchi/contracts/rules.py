"""What each role may do."""

from collections.abc import Iterable
from enum import StrEnum

from madoguchi.core.vocabulary import RoleKind

USER, OPERATOR, MANAGER = RoleKind.USER, RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER
DIVISION, VENDOR = RoleKind.RESPONSIBLE_DIVISION, RoleKind.VENDOR
AUDITOR, ADMINISTRATOR = RoleKind.AUDITOR, RoleKind.ADMINISTRATOR


class Right(StrEnum):
    """One thing a person may be allowed to do in a contract."""

    ENTER = "enter"
    ASK = "ask"
    SEE_TICKETS = "see_tickets"
    WORK = "work"
    RECEIVE = "receive"
    MANAGE = "manage"
    DECIDE = "decide"
    SEE_FIGURES = "see_figures"
    SEE_HISTORY = "see_history"
    EXPORT = "export"
    READ_KNOWLEDGE = "read_knowledge"
    WRITE_KNOWLEDGE = "write_knowledge"
    ADMINISTER = "administer"
    WRITE_DOCUMENTS = "write_documents"
    APPROVE_DOCUMENTS = "approve_documents"
    SEE_PROCUREMENT = "see_procurement"
    PROCURE = "procure"
    RUN_MAIL = "run_mail"
    HAND_OVER = "hand_over"


RIGHTS: dict[Right, frozenset[RoleKind]] = {
    Right.ENTER: frozenset(RoleKind),
    Right.ASK: frozenset((USER, OPERATOR, MANAGER, DIVISION)),
    Right.SEE_TICKETS: frozenset((OPERATOR, MANAGER, DIVISION, VENDOR, AUDITOR)),
    Right.WORK: frozenset((OPERATOR, MANAGER, DIVISION, VENDOR)),
    Right.RECEIVE: frozenset((OPERATOR, MANAGER)),
    Right.MANAGE: frozenset((MANAGER,)),
    Right.DECIDE: frozenset((DIVISION,)),
    Right.SEE_FIGURES: frozenset((OPERATOR, MANAGER, DIVISION, AUDITOR)),
    Right.SEE_HISTORY: frozenset((AUDITOR, ADMINISTRATOR)),
    Right.EXPORT: frozenset((MANAGER, DIVISION, AUDITOR)),
    Right.READ_KNOWLEDGE: frozenset((USER, OPERATOR, MANAGER, DIVISION, AUDITOR)),
    Right.WRITE_KNOWLEDGE: frozenset((OPERATOR, MANAGER)),
    Right.ADMINISTER: frozenset((ADMINISTRATOR,)),
    Right.WRITE_DOCUMENTS: frozenset((MANAGER, DIVISION)),
    Right.APPROVE_DOCUMENTS: frozenset((DIVISION,)),
    Right.SEE_PROCUREMENT: frozenset((DIVISION, AUDITOR)),
    Right.PROCURE: frozenset((DIVISION,)),
    Right.RUN_MAIL: frozenset((MANAGER, ADMINISTRATOR)),
    Right.HAND_OVER: frozenset((MANAGER, DIVISION)),
}


def has_right(roles: Iterable[RoleKind], right: Right) -> bool:
    return not RIGHTS[right].isdisjoint(roles)
