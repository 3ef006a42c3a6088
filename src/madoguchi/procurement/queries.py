"""Reads on firms' comments."""

from django.db.models import QuerySet

from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.core.procurement.comments import Comment
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.procurement.models import FirmComment


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
