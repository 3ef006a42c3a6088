"""Reads on forms, applications and approvals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from django.db.models import Max, Q, QuerySet
from django.http import Http404

from madoguchi.contracts.access import Access
from madoguchi.contracts.models import Contract
from madoguchi.core.calendar.periods import Period, quarter_period
from madoguchi.core.vocabulary import ArticleState
from madoguchi.core.works_vocabulary import ApprovalState, FieldKind
from madoguchi.desk.models import OPEN_STATES, Ticket
from madoguchi.knowledge.models import Article, ArticleVersion
from madoguchi.prepared.queries import prepared
from madoguchi.works.catalogue.load import load_form
from madoguchi.works.catalogue.spec import Answers, Form, TaskStep, Text, is_wanted
from madoguchi.works.events import CRITERIA, IN_FORCE
from madoguchi.works.models import Absence, Application, Approval, ApprovalAsk, DecisionRequest, FormVersion, Task

FORMS = "forms"
RETIRED = ArticleState.RETIRED.value


@lru_cache(maxsize=1)
def packaged_texts() -> dict[str, str]:
    """Return the texts of the forms that come with the package, by key."""
    folder = files("madoguchi.works").joinpath(FORMS)
    found = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    return {name.removesuffix(".toml"): folder.joinpath(name).read_text(encoding="utf-8") for name in found}


@lru_cache(maxsize=512)
def read_form(text: str, file: str) -> Form:
    """Return a form that was checked when it was stored; read once for each text."""
    return load_form(text, file=file)


def form_texts(contract: Contract) -> dict[str, str]:
    """Return the text in force of every form: the one changed for the contract, else the package's."""
    own = FormVersion.objects.filter(contract=contract, is_changed_here=True)
    latest = own.values("key").annotate(latest=Max("number")).values_list("key", "latest")
    wanted = Q(pk__in=[])
    for key, number in latest:
        wanted |= Q(key=key, number=number)
    changed = dict(FormVersion.objects.filter(wanted, contract=contract).values_list("key", "text"))
    return {**packaged_texts(), **changed}


def all_forms(contract: Contract) -> list[Form]:
    """Return every form in force, offered or not, in the catalogue's order."""
    read = [read_form(text, f"{key}.toml") for key, text in form_texts(contract).items()]
    return sorted(read, key=lambda each: (each.position, each.key))


def offered_forms(access: Access) -> list[Form]:
    """Return the forms this person may use, for themselves or for others."""
    return [each for each in all_forms(access.contract) if each.is_offered and each.who & access.roles]


def form_in_force(*, contract: Contract, key: str) -> tuple[Form, str]:
    """Return a form and its text. Raises Http404 where there is none of that key."""
    text = form_texts(contract).get(key)
    if text is None:
        raise Http404
    return read_form(text, f"{key}.toml"), text


def form_of(application: Application) -> Form:
    return read_form(application.form.text, f"{application.form.key}.toml")


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskLine:
    """A task with its step, as pages show it; `is_wanted` False: its condition does not hold so far."""

    task: Task
    step: TaskStep
    is_wanted: bool
    minutes: int | None


def values_of(application: Application, tasks: Iterable[Task]) -> Answers:
    """Return everything known of an application: its answers and what tasks recorded."""
    found = dict(application.answers)
    for task in tasks:
        found |= task.records
    return found


def task_lines(application: Application) -> list[TaskLine]:
    """Return the tasks in order; minutes are counted from the receipt of the application."""
    form, tasks = form_of(application), list(application.tasks.select_related("done_by").order_by("number"))
    values = values_of(application, tasks)
    received = application.ticket.received_at
    return [
        TaskLine(
            task=each, step=form.task(each.key), is_wanted=is_wanted(form.task(each.key).when, values),
            minutes=minutes_between(received, each.done_at),
        )
        for each in tasks
    ]  # fmt: skip


def items_named_since(contract: Contract, since: datetime) -> set[int]:
    """Return the items that applications received from a moment on name in an answer or a task's record."""
    received = Application.objects.filter(ticket__contract=contract, ticket__received_at__gte=since)
    forms: dict[int, list[str]] = {}
    found = set[int]()
    for each in received.select_related("form").prefetch_related("tasks").iterator(chunk_size=500):
        if each.form_id not in forms:
            forms[each.form_id] = [field.key for field in form_of(each).all_fields() if field.kind is FieldKind.ITEM]
        values = values_of(each, each.tasks.all())
        found.update(value for key in forms[each.form_id] if isinstance(value := values.get(key), int))
    return found


def application_of(ticket: Ticket) -> Application | None:
    return next(iter(_applications_of(ticket.pk)), None)


@prepared
def _applications_of(ticket_id: int) -> QuerySet[Application]:
    return Application.objects.filter(ticket=ticket_id).select_related("ticket__contract", "ticket__requester", "form")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressStep:
    label: Text
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far an application is, as its applicant sees it: no records, no names."""

    state: str
    due_date: date | None
    steps: tuple[ProgressStep, ...]


def progress_of(application: Application | None) -> Progress | None:
    if application is None:
        return None
    form = form_of(application)
    approvals = [
        ProgressStep(label=form.approval(each.key).label, done_at=each.decided_at)
        for each in application.approvals.order_by("number")
    ]
    tasks = [
        ProgressStep(label=each.step.label, done_at=each.task.done_at)
        for each in task_lines(application)
        if each.is_wanted
    ]
    return Progress(state=application.state, due_date=application.due_date, steps=(*approvals, *tasks))


def minutes_between(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else int((end - start).total_seconds() // 60)


def open_tasks(lines: Iterable[TaskLine]) -> list[TaskLine]:
    return [each for each in lines if each.is_wanted and each.task.done_at is None]


def waiting_approvals(access: Access) -> QuerySet[Approval]:
    """Return the approvals this person is asked for, the oldest first."""
    asked = ApprovalAsk.objects.filter(person=access.person).values("approval_id")
    found = Approval.objects.filter(
        pk__in=asked, state=ApprovalState.ASKED.value, application__ticket__contract=access.contract,
        application__ticket__state__in=OPEN_STATES,
    )  # fmt: skip
    related = ("application__ticket__requester", "application__form")
    return found.select_related(*related).order_by("asked_at", "pk")


def approval_for(access: Access, approval_id: int) -> Approval:
    """Return one approval this person was asked for. Raises Http404 for any other."""
    asked = ApprovalAsk.objects.filter(person=access.person, approval_id=approval_id).exists()
    found = Approval.objects.filter(pk=approval_id, application__ticket__contract=access.contract)
    approval = found.select_related("application__ticket__requester", "application__form", "decided_by").first()
    if approval is None or not asked:
        raise Http404
    return approval


def delegates_on(*, contract: Contract, day: date) -> dict[int, Absence]:
    """Return who is away on a day, by person."""
    away = Absence.objects.filter(contract=contract, start_date__lte=day, end_date__gte=day)
    return {each.person_id: each for each in away.select_related("delegate").order_by("pk")}


@dataclass(frozen=True, kw_only=True, slots=True)
class RevisionList:
    """What a quarter's revision meeting has before it: what changed, what is due, and what was decided case by case."""

    quarter: Period
    versions: QuerySet[ArticleVersion]
    due: QuerySet[Article]
    decided: QuerySet[DecisionRequest]


def revision_list(contract: Contract, *, day: date) -> RevisionList:
    """Return the list of the quarter a day lies in; what is due are articles not reviewed yet by its end."""
    quarter = quarter_period(day)
    start, end = quarter.start_date, quarter.end_date
    criteria = Article.objects.filter(contract=contract, kind__in=CRITERIA)
    versions = ArticleVersion.objects.filter(
        article__in=criteria, state__in=IN_FORCE, at__date__gte=start, at__date__lt=end
    )
    decided = DecisionRequest.objects.filter(
        contract=contract, decided_at__date__gte=start, decided_at__date__lt=end, criterion=None
    )
    return RevisionList(
        quarter=quarter, versions=versions.select_related("article", "author").order_by("at", "pk"),
        due=criteria.filter(review_date__lt=end).exclude(state=RETIRED).order_by("review_date", "pk"),
        decided=decided.order_by("decided_at", "pk"),
    )  # fmt: skip
