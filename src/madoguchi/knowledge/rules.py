"""Who may read an article."""

from collections.abc import Iterable

from madoguchi.core.vocabulary import Audience, RoleKind

INSIDE = frozenset((RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION, RoleKind.AUDITOR))


def audiences_for(roles: Iterable[RoleKind]) -> frozenset[Audience]:
    """Return the audiences of a person with these roles: operators' articles are for those inside, not for vendors."""
    if INSIDE.isdisjoint(roles):
        return frozenset((Audience.PUBLIC, Audience.STAFF))
    return frozenset(Audience)
