"""Who may read an article."""

from collections.abc import Iterable

from madoguchi.core.vocabulary import Audience, RoleKind

OUTSIDE = frozenset((RoleKind.USER,))


def audiences_for(roles: Iterable[RoleKind]) -> frozenset[Audience]:
    """Return the audiences a person with these roles belongs to: operators' articles are not for users."""
    if frozenset(roles) <= OUTSIDE:
        return frozenset((Audience.PUBLIC, Audience.STAFF))
    return frozenset(Audience)
