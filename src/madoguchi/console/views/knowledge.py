"""Articles: read, written, drafted from tickets."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.console.forms import ArticleForm
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import Act, ArticleKind, ArticleState, Audience, Visibility
from madoguchi.desk.queries import ticket_by_number
from madoguchi.knowledge.models import Article
from madoguchi.knowledge.operations import ArticleContent, StaleArticleError, add_article, change_article
from madoguchi.knowledge.queries import articles_due_for_review, found_articles, readable_articles

SHOWN = 50


@require_GET
@contract_page(Right.READ_KNOWLEDGE)
def articles(request: ContractRequest) -> HttpResponse:
    access = request.access
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if query:
        found = found_articles(access=access, query=query, limit=SHOWN)[0]
    else:
        found = list(readable_articles(access).order_by("-use_count", "title")[:SHOWN])
    due = articles_due_for_review(access=access, day=timezone.localdate()) if access.may(Right.WRITE_KNOWLEDGE) else []
    return render(request, "console/articles.html", {"articles": found, "query": query, "due": due})


@require_GET
@contract_page(Right.READ_KNOWLEDGE)
def show(request: ContractRequest, article_id: int) -> HttpResponse:
    article = get_object_or_404(readable_articles(request.access), pk=article_id)
    versions = article.versions.select_related("author")[:20] if request.access.may(Right.WRITE_KNOWLEDGE) else []
    return render(request, "console/article.html", {"article": article, "versions": versions})


@require_http_methods(["GET", "POST"])
@contract_page(Right.WRITE_KNOWLEDGE)
def edit(request: ContractRequest, article_id: int | None = None) -> HttpResponse:
    """Write an article; a save over somebody else's is refused and keeps the text."""
    access = request.access
    article = get_object_or_404(readable_articles(access), pk=article_id) if article_id is not None else None
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=_initial(article))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(request, article, form.cleaned_data)
        except StaleArticleError as error:
            form.add_error(None, str(error))
            latest = get_object_or_404(readable_articles(access), pk=article_id or 0).latest_version
            form.data = {**form.data.dict(), "version": str(latest)}  # type: ignore[attr-defined]  # a QueryDict
            status = 409
        else:
            messages.success(request, _("保存しました。"))
            return redirect("article", contract_key=access.contract.key, article_id=saved.pk)
    return render(request, "console/article_edit.html", {"form": form, "article": article}, status=status)


def _initial(article: Article | None) -> dict[str, Any]:
    if article is None:
        return {
            "version": 0,
            "kind": ArticleKind.FAQ.value,
            "audience": Audience.STAFF.value,
            "state": ArticleState.DRAFT.value,
        }
    names = ("kind", "audience", "state", "title", "body", "review_date")
    return {"version": article.latest_version, **{name: getattr(article, name) for name in names}}


def _saved(request: ContractRequest, article: Article | None, given: dict[str, Any]) -> Article:
    content = ArticleContent(
        kind=ArticleKind(given["kind"]), audience=Audience(given["audience"]), state=ArticleState(given["state"]),
        title=given["title"], body=given["body"], review_date=given["review_date"], change_note=given["change_note"],
    )  # fmt: skip
    now = timezone.now()
    if article is None:
        return add_article(access=request.access, content=content, at=now)
    return change_article(access=request.access, article=article, content=content, version=given["version"], at=now)


@require_GET
@contract_page(Right.WRITE_KNOWLEDGE)
def draft(request: ContractRequest, number: int) -> HttpResponse:
    """Propose an article from a ticket: its question and the answers its requester was given."""
    access = request.access
    if not access.may(Right.SEE_TICKETS):
        raise PermissionDenied
    ticket = ticket_by_number(access=access, number=number)
    told = ticket.activities.filter(visibility=Visibility.PUBLIC.value, act__in=[Act.ANSWER.value, Act.RESOLVE.value])
    answers = "\n\n".join(text for text in told.order_by("at", "number").values_list("text", flat=True) if text)
    body = f"## {_('質問')}\n\n{ticket.text}\n\n## {_('回答')}\n\n{answers}"
    form = ArticleForm(initial=_initial(None) | {"title": ticket.subject, "body": body})
    return render(request, "console/article_edit.html", {"form": form, "article": None, "ticket": ticket})
