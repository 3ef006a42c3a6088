"""Reads on articles."""

from datetime import date

from django.db.models import Q, QuerySet

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import ArticleState
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.rules import audiences_for
from madoguchi.knowledge.search.find import Found, find_texts
from madoguchi.knowledge.search.index import TextKind


def readable_articles(access: Access) -> QuerySet[Article]:
    """Return the articles a person may read; drafts only for those who write."""
    access.require(Right.READ_KNOWLEDGE)
    articles = Article.objects.filter(contract=access.contract, audience__in=audiences_for(access.roles))
    if not access.may(Right.WRITE_KNOWLEDGE):
        articles = articles.filter(state=ArticleState.PUBLISHED.value)
    return articles


def found_articles(*, access: Access, query: str, limit: int) -> tuple[list[Article], Found]:
    """Return the best articles for a query, the best first."""
    found = find_texts(contract=access.contract, kind=TextKind.ARTICLE, query=query, needs_all=False, limit=10 * limit)
    published = readable_articles(access).filter(state=ArticleState.PUBLISHED.value)
    by_id = published.in_bulk(found.object_ids)
    return [by_id[each] for each in found.object_ids if each in by_id][:limit], found


def articles_due_for_review(*, access: Access, day: date) -> QuerySet[Article]:
    due = Q(review_date__lte=day, state=ArticleState.PUBLISHED.value)
    return readable_articles(access).filter(due).order_by("review_date")
