"""Articles: found, read, written, published and retired."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Router, Schema
from ninja.params import functions as given_in
from pydantic import StringConstraints

from madoguchi.api.entering import (
    PAGE,
    REFUSALS,
    WRITE_REFUSALS,
    IdempotencyKey,
    checked_page,
    entered,
    note_view,
    once,
)  # fmt: skip
from madoguchi.api.schemas import NO_NUL, Identity, Key, Line, Strict, Version
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.operations import ArticleContent, add_article, change_article
from madoguchi.knowledge.queries import found_articles, readable_articles

router = Router()
FOUND = 20
Text = Annotated[str, StringConstraints(min_length=1, max_length=50_000, pattern=NO_NUL)]
ChangeNote = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Sought = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]


class ArticleIn(Strict):
    kind: ArticleKind = ArticleKind.FAQ
    audience: Audience = Audience.STAFF
    state: ArticleState = ArticleState.DRAFT
    title: Line
    body: Text
    review_date: date | None = None
    change_note: ChangeNote = ""


class ChangedArticleIn(ArticleIn):
    """`version` is the article's version that was changed."""

    version: Version


class ArticleStateIn(Strict):
    """Publish an article, or retire it, without another change to it."""

    state: ArticleState
    version: Version
    change_note: ChangeNote = ""


class ArticleOut(Schema):
    id: int
    kind: ArticleKind
    audience: Audience
    state: ArticleState
    title: str
    body: str
    review_date: date | None
    version: int
    use_count: int


class ArticleVersionOut(Schema):
    number: int
    title: str
    body: str
    audience: Audience
    state: ArticleState
    author: str | None
    at: datetime
    change_note: str


def shape_of_article(article: Article) -> dict[str, Any]:
    review_date = article.review_date.isoformat() if article.review_date else None
    return {
        "id": article.pk, "kind": article.kind, "audience": article.audience, "state": article.state,
        "title": article.title, "body": article.body, "review_date": review_date, "version": article.latest_version,
        "use_count": article.use_count,
    }  # fmt: skip


@router.get("/contracts/{contract}/articles", response={200: list[ArticleOut], **REFUSALS})
def articles(
    request: HttpRequest, contract: Path[Key], q: Sought = given_in.Query(""), page: Identity = given_in.Query(1)
) -> Any:  # noqa: ANN401
    """The best 20 published articles for `q`; without it a page of 100, the most used first."""
    access, page = entered(request, contract), checked_page(page)
    access.require(Right.READ_KNOWLEDGE)
    if q.strip():
        return [shape_of_article(each) for each in found_articles(access=access, query=q, limit=FOUND)[0]]
    known = readable_articles(access).order_by("-use_count", "title", "pk")
    return [shape_of_article(each) for each in known[(page - 1) * PAGE : page * PAGE]]


@router.get("/contracts/{contract}/articles/{article_id}", response={200: ArticleOut, **REFUSALS})
def article(request: HttpRequest, contract: Path[Key], article_id: Path[Identity]) -> Any:  # noqa: ANN401
    """One article as it stands."""
    return shape_of_article(get_object_or_404(readable_articles(entered(request, contract)), pk=article_id))


@router.get("/contracts/{contract}/articles/{article_id}/versions", response={200: list[ArticleVersionOut], **REFUSALS})
def versions(request: HttpRequest, contract: Path[Key], article_id: Path[Identity]) -> Any:  # noqa: ANN401
    """The latest 100 versions of an article, for those who write."""
    access = entered(request, contract)
    access.require(Right.WRITE_KNOWLEDGE)
    found = get_object_or_404(readable_articles(access), pk=article_id)
    note_view(access, "view_versions", f"article:{found.pk}")
    return [
        {
            "number": each.number, "title": each.title, "body": each.body, "audience": each.audience,
            "state": each.state, "author": each.author.name if each.author else None, "at": each.at,
            "change_note": each.change_note,
        }
        for each in found.versions.select_related("author")[:PAGE]
    ]  # fmt: skip


@router.post("/contracts/{contract}/articles", response={201: ArticleOut, **WRITE_REFUSALS})
def write(
    request: HttpRequest,
    contract: Path[Key],
    given: ArticleIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Write an article, by default as a draft."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        return shape_of_article(add_article(access=access, content=ArticleContent(**given.model_dump()), at=now))

    return once(request, key=idempotency_key, status=201, now=now, do=do)


@router.put("/contracts/{contract}/articles/{article_id}", response={200: ArticleOut, **WRITE_REFUSALS})
def change(
    request: HttpRequest,
    contract: Path[Key],
    article_id: Path[Identity],
    given: ChangedArticleIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Save a new version of an article."""
    access, now = entered(request, contract, writes=True), timezone.now()
    content = ArticleContent(**given.model_dump(exclude={"version"}))

    def do() -> dict[str, Any]:
        return _changed(access, article_id, content, version=given.version, now=now)

    return once(request, key=idempotency_key, status=200, now=now, do=do)


@router.post("/contracts/{contract}/articles/{article_id}/state", response={200: ArticleOut, **WRITE_REFUSALS})
def change_state(
    request: HttpRequest,
    contract: Path[Key],
    article_id: Path[Identity],
    given: ArticleStateIn,
    idempotency_key: IdempotencyKey = given_in.Header("", alias="Idempotency-Key"),
) -> Any:  # noqa: ANN401
    """Publish an article, retire it, or make it a draft again."""
    access, now = entered(request, contract, writes=True), timezone.now()

    def do() -> dict[str, Any]:
        known = get_object_or_404(readable_articles(access), pk=article_id)
        content = ArticleContent(
            kind=ArticleKind(known.kind), audience=Audience(known.audience), state=given.state, title=known.title,
            body=known.body, review_date=known.review_date, change_note=given.change_note,
        )  # fmt: skip
        return _changed(access, article_id, content, version=given.version, now=now)

    return once(request, key=idempotency_key, status=200, now=now, do=do)


def _changed(
    access: Access, article_id: int, content: ArticleContent, *, version: int, now: datetime
) -> dict[str, Any]:
    known = get_object_or_404(readable_articles(access), pk=article_id)
    return shape_of_article(change_article(access=access, article=known, content=content, version=version, at=now))
