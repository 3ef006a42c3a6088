"""Writes on articles: every save is a version, and the search follows it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience
from madoguchi.knowledge.models import Article, ArticleVersion
from madoguchi.knowledge.search.index import Text, TextKind, file_texts, withdraw_text


class StaleArticleError(MadoguchiError):
    """Somebody else saved this article meanwhile. Compare with what it says now and save again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleContent:
    """What a save of an article says."""

    kind: ArticleKind
    audience: Audience
    state: ArticleState
    title: str
    body: str
    review_date: date | None = None
    change_note: str = ""


@transaction.atomic
def add_article(*, access: Access, content: ArticleContent, at: datetime) -> Article:
    access.require(Right.WRITE_KNOWLEDGE)
    article = Article(contract=access.contract)
    return _save(access, article, content, at=at, act="add_article")


@transaction.atomic
def change_article(*, access: Access, article: Article, content: ArticleContent, version: int, at: datetime) -> Article:
    """Save a new version. Raises StaleArticleError where `version` is not the latest."""
    access.require(Right.WRITE_KNOWLEDGE)
    locked = Article.objects.select_for_update().get(pk=article.pk, contract=access.contract)
    if locked.latest_version != version:
        raise StaleArticleError(_("他の人が先に保存しました。今の内容を確かめて、もう一度保存してください。"))
    return _save(access, locked, content, at=at, act="change_article")


def _save(access: Access, article: Article, content: ArticleContent, *, at: datetime, act: str) -> Article:
    article.kind, article.audience, article.state = content.kind, content.audience, content.state
    article.title, article.body, article.review_date = content.title, content.body, content.review_date
    article.latest_version += 1
    article.save()
    ArticleVersion.objects.create(
        article=article, number=article.latest_version, title=article.title, body=article.body,
        audience=article.audience, state=article.state, author=access.person, at=at, change_note=content.change_note,
    )  # fmt: skip
    if content.state is ArticleState.PUBLISHED:
        text = Text(kind=TextKind.ARTICLE, object_id=article.pk, title=article.title, body=article.body)
        file_texts(contract=access.contract, texts=[text])
    else:
        withdraw_text(contract=access.contract, kind=TextKind.ARTICLE, object_id=article.pk)
    entry = Entry(act=act, subject=f"article:{article.pk}", details={"version": article.latest_version})
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[entry])
    return article
