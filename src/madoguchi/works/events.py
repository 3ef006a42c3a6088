"""The works as fact tables, for the measure.

A fact is named by its place in the contract, not by its row's key: where the contract is imported it is the same fact.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch

from madoguchi.contracts.models import Contract
from madoguchi.core.events import Event
from madoguchi.core.vocabulary import ArticleKind, ArticleState
from madoguchi.desk.events import CHUNK, SYSTEM
from madoguchi.knowledge.models import Article, ArticleVersion
from madoguchi.works.models import DecisionRequest, DecisionWait, Improvement, Task

CRITERIA = (ArticleKind.DECISION_CRITERION.value, ArticleKind.RESPONSE_POLICY.value)
IN_FORCE = (ArticleState.PUBLISHED.value, ArticleState.RETIRED.value)


def decision_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a question to the responsible division; what it waited for others is counted apart."""
    waits = Prefetch("waits", queryset=DecisionWait.objects.order_by("pk"))
    found = DecisionRequest.objects.filter(contract=contract).order_by("pk").prefetch_related(waits)
    for number, each in enumerate(found.iterator(chunk_size=CHUNK), start=1):
        seconds = waited_seconds(each)
        yield {
            "contract": key, "source": f"{SYSTEM}:decision:{number}", "source_file": SYSTEM,
            "asked_at": each.asked_at, "decided_at": each.decided_at, "waiting_elsewhere_seconds": seconds,
            "waited_elsewhere": seconds > 0, "subject": each.subject,
        }  # fmt: skip


def waited_seconds(asked: DecisionRequest, *, now: datetime | None = None) -> int:
    """Return the seconds the division waited for others, to the end of each wait, or to now."""
    total = 0
    for wait in asked.waits.all():
        end = wait.end_at or now
        total += int((end - wait.start_at).total_seconds()) if end else 0
    return total


def revision_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a change of a criterion or policy that came into force; saved drafts are none."""
    articles = Article.objects.filter(contract=contract).order_by("pk").values_list("pk", flat=True)
    numbers = {key: number for number, key in enumerate(articles.iterator(), start=1)}
    versions = ArticleVersion.objects.filter(article__contract=contract, article__kind__in=CRITERIA, state__in=IN_FORCE)
    for each in versions.order_by("pk").iterator(chunk_size=CHUNK):
        source = f"{SYSTEM}:criterion:{numbers[each.article_id]}-{each.number}"
        yield {
            "contract": key, "source": source, "source_file": SYSTEM,
            "at": each.at, "criterion": each.title, "summary": each.change_note or None,
        }  # fmt: skip


def task_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a task of an application; those whose condition never held are never done."""
    tasks = Task.objects.filter(application__ticket__contract=contract, done_at__isnull=False).order_by("pk")
    for each in tasks.select_related("application__ticket", "application__form").iterator(chunk_size=CHUNK):
        ticket = each.application.ticket
        yield {
            "contract": key, "source": f"{SYSTEM}:task:{ticket.number}-{each.number}", "source_file": SYSTEM,
            "ticket": ticket.reference, "form": each.application.form.key, "task": each.key,
            "received_at": ticket.received_at, "done_at": each.done_at,
        }  # fmt: skip


def improvement_events(contract: Contract, *, key: str) -> Iterator[Event]:
    """Yield a row a proposal; the effect is what the tickets showed, none before the review."""
    proposals = Improvement.objects.filter(contract=contract).order_by("pk")
    for number, each in enumerate(proposals.iterator(chunk_size=CHUNK), start=1):
        yield {
            "contract": key, "source": f"{SYSTEM}:improvement:{number}", "source_file": SYSTEM,
            "proposed_at": each.proposed_at, "done_at": each.done_at, "kind": each.kind,
            "effect_minutes_per_week": each.effect_minutes_per_week, "summary": each.title,
        }  # fmt: skip


TABLES = {
    "improvements": improvement_events,
    "decision_requests": decision_events,
    "criterion_revisions": revision_events,
    "tasks": task_events,
}
