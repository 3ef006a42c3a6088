"""Lists of what was found, measured, planned, written and kept, as tables for export."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madoguchi.console.document_forms import KINDS
from madoguchi.console.evidence import evidence_of
from madoguchi.console.list_columns import Asked, Column, Listed, table_of
from madoguchi.console.staffing_pages import shift_name
from madoguchi.console.unmatched import calls_beside_tickets, day_asked
from madoguchi.contracts.rules import Right
from madoguchi.core.handover_vocabulary import ErasureState, ExportState, KeptKind
from madoguchi.core.metrics.explain import Evidence
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.core.quality_vocabulary import MonthState, RoundMode, RoundState
from madoguchi.core.vocabulary import (
    AnnouncedKind,
    PlanKind,
    PlanState,
    Priority,
    TicketKind,
    TicketState,
    Verdict,
)
from madoguchi.desk.found import found_tickets
from madoguchi.desk.models import Ticket
from madoguchi.documents.models import Document
from madoguchi.documents.queries import documents_of
from madoguchi.handover.models import Erasure, Export
from madoguchi.knowledge.search.find import MAX_FOUND
from madoguchi.people.languages import label_of
from madoguchi.procurement.models import FirmComment, ProcurementVersion
from madoguchi.procurement.queries import comments_of, procurement_versions
from madoguchi.quality.calls import day_period
from madoguchi.quality.queries import MonthRow, month_rows
from madoguchi.staffing.models import AnnouncedEvent, Member, Plan, Shift
from madoguchi.staffing.queries import members_of, own_shifts, plans_of
from madoguchi.surveys.models import Round, StoredQuestionnaire
from madoguchi.surveys.queries import rounds_of

ROLES = {
    "part": gettext_noop("分子・分母"), "counted": gettext_noop("分母"), "excluded": gettext_noop("除外"),
    "missing": gettext_noop("値なし"),
}  # fmt: skip
UNANSWERED = "none"
SHIFT_DAYS = 62


def _found(asked: Asked) -> Iterable[Ticket]:
    query = asked.given.get("q", "").strip()[:200]
    state = asked.given.get("state", "")[:20]
    related = ("requester", "queue")
    return found_tickets(access=asked.access, query=query, state=state, limit=MAX_FOUND, related=related)[0]


def _evidence(asked: Asked) -> Iterator[Evidence]:
    """Return a figure's evidence; without a figure's name there is none."""
    indicator, window = asked.given.get("indicator", ""), asked.given.get("window", "")
    if not indicator and not window:
        return iter(())
    return evidence_of(access=asked.access, indicator=indicator, window=window, now=asked.now).found


@dataclass(frozen=True, kw_only=True, slots=True)
class _CallRow:
    what: str
    at: datetime
    source: str = ""
    ticket: str = ""
    subject: str = ""


def _calls(asked: Asked) -> Iterator[_CallRow]:
    day = day_asked(asked.given.get("day", ""), today=timezone.localdate(asked.now))
    if day is None:
        raise Http404
    found = calls_beside_tickets(access=asked.access, period=day_period(day), now=asked.now)
    for call, _candidates in found.unmatched.calls:
        yield _CallRow(what=_("案件のない通話"), at=call.reached_at, source=call.source)
    for ticket in found.unmatched.tickets:
        yield _CallRow(
            what=_("通話のない案件"), at=ticket.received_at, ticket=f"{ticket.number:06d}", subject=ticket.subject
        )
    for call, number in found.linked:
        yield _CallRow(what=_("結び付けた通話"), at=call.reached_at, source=call.source, ticket=f"{number:06d}")


def _role(row: Evidence) -> str:
    return _(ROLES[row.role]) if row.role in ROLES else row.role


def _months(asked: Asked) -> Iterable[MonthRow]:
    return month_rows(contract=asked.access.contract, today=timezone.localdate(asked.now))


def _verdicts(row: MonthRow) -> list[str]:
    return [f"{label_of(Verdict(name))} {count}" for name, count in sorted(row.verdicts.items())]


def _rounds(asked: Asked) -> Iterable[Round]:
    return rounds_of(asked.access).iterator()


def _questionnaires(asked: Asked) -> Iterable[StoredQuestionnaire]:
    found = StoredQuestionnaire.objects.filter(contract=asked.access.contract).defer("text")
    return found.order_by("key", "-number").iterator()


def _documents(asked: Asked) -> Iterable[Document]:
    return documents_of(asked.access).iterator()


def _comments(asked: Asked) -> Iterable[FirmComment]:
    outcome, found = asked.given.get("outcome", ""), comments_of(asked.access).select_related("answered_by")
    if outcome == UNANSWERED or outcome in set(CommentOutcome):
        found = found.filter(outcome="" if outcome == UNANSWERED else outcome)
    return found.iterator()


def _versions(asked: Asked) -> Iterable[ProcurementVersion]:
    return procurement_versions(asked.access).iterator()


def _plans(asked: Asked) -> Iterable[Plan]:
    return plans_of(asked.access.contract).iterator()


def _members(asked: Asked) -> Iterable[Member]:
    return members_of(asked.access.contract)


def _announced(asked: Asked) -> Iterable[AnnouncedEvent]:
    found = AnnouncedEvent.objects.filter(contract=asked.access.contract)
    return found.order_by("-start_date", "kind").iterator()


def _shifts(asked: Asked) -> Iterable[Shift]:
    start = timezone.localtime(asked.now).replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + timedelta(days=SHIFT_DAYS)
    return own_shifts(contract=asked.access.contract, person=asked.access.person, start=start, end=end)


def _archives(asked: Asked) -> Iterable[Export]:
    found = Export.objects.filter(contract=asked.access.contract).select_related("asked_by")
    return found.order_by("-pk").iterator()


def _erasures(asked: Asked) -> Iterable[Erasure]:
    found = Erasure.objects.filter(contract=asked.access.contract).defer("rows", "proof")
    return found.select_related("asked_by", "decided_by").order_by("-pk").iterator()


def _kind_of(row: Any) -> str:  # noqa: ANN401  # a document
    return str(KINDS.get(row.kind, row.kind))


TABLES = {
    "search": Listed(rights=(Right.SEE_TICKETS, Right.EXPORT), most=MAX_FOUND, table=table_of(
        _found, Column("受付番号", "reference"), Column("件名", "subject"), Column("種別", "kind", TicketKind),
        Column("優先度", "priority", Priority), Column("状態", "state", TicketState),
        Column("依頼者", "requester.name"), Column("受付先", "queue.name"), Column("受付日時", "received_at"),
    )),
    "evidence": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _evidence, Column("日時", "at"), Column("出典", "source"), Column("区分", "group"),
        Column("扱い", _role), Column("除外の理由", "reason"), Column("値", "value"),
    )),
    "calls": Listed(rights=(Right.SEE_FIGURES, Right.EXPORT), table=table_of(
        _calls, Column("区分", "what"), Column("日時", "at"), Column("通話", "source"), Column("受付番号", "ticket"),
        Column("件名", "subject"),
    )),
    "months": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _months, Column("月", lambda row: f"{row.month:%Y-%m}"), Column("状態", "state", MonthState),
        Column("承認した版", "approved_number"), Column("判定", _verdicts),
    )),
    "surveys": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _rounds, Column("記号", "key"), Column("名前", "label"), Column("調査票", "questionnaire.title"),
        Column("方式", "mode", RoundMode), Column("状態", "state", RoundState), Column("開始日", "start_date"),
        Column("締切日", "closing_date"), Column("母集団", "population_count"), Column("依頼数", "invited_count"),
    )),
    "questionnaires": Listed(rights=(Right.MANAGE,), table=table_of(
        _questionnaires, Column("記号", "key"), Column("版", "number"), Column("題名", "title"),
        Column("ファイル", "file"), Column("登録日時", "added_at"),
    )),
    "documents": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _documents, Column("種類", _kind_of), Column("期間", "label"), Column("開始日", "start_date"),
        Column("終了日（この日を含まない）", "end_date"), Column("承認した版", "latest_version"),
        Column("作成日時", "opened_at"),
    )),
    "firm_comments": Listed(rights=(Right.SEE_PROCUREMENT,), table=table_of(
        _comments, Column("番号", "number"), Column("事業者", "firm"), Column("該当箇所", "section"),
        Column("意見", "comment"), Column("回答", "answer"), Column("扱い", "outcome", CommentOutcome),
        Column("回答した人", "answered_by.name"), Column("回答日時", "answered_at"),
    )),
    "procurement_versions": Listed(rights=(Right.SEE_PROCUREMENT,), table=table_of(
        _versions, Column("版", "number"), Column("変えた部分", "part"), Column("変えた人", "author.name"),
        Column("日時", "at"),
    )),
    "staffing": Listed(rights=(Right.MANAGE,), table=table_of(
        _plans, Column("番号", "number"), Column("月", lambda row: f"{row.month:%Y-%m}"),
        Column("種類", "kind", PlanKind),
        Column("状態", "state", PlanState), Column("目標", "target_percent"), Column("作成した人", "made_by.name"),
        Column("作成日時", "made_at"), Column("公開日時", "published_at"),
    )),
    "roster_people": Listed(rights=(Right.MANAGE,), table=table_of(
        _members, Column("氏名", "person.name"), Column("技能", "skills"), Column("週の最長時間", "most_hours"),
        Column("週の最短時間", "least_hours"), Column("有効", "is_active"),
        Column("休み", lambda row: sorted(each.day for each in row.leave.all())),
    )),
    "announced_events": Listed(rights=(Right.MANAGE,), table=table_of(
        _announced, Column("種類", "kind", AnnouncedKind), Column("開始日", "start_date"), Column("日数", "day_count"),
        Column("備考", "note"),
    )),
    "own_shifts": Listed(rights=(Right.RECEIVE,), table=table_of(
        _shifts, Column("勤務", lambda row: shift_name(row.kind)), Column("開始", "starts_at"),
        Column("終了", "ends_at"),
        Column("休憩の開始", "break_starts_at"), Column("休憩の終了", "break_ends_at"),
    )),
    "handover": Listed(rights=(Right.HAND_OVER,), table=table_of(
        _archives, Column("依頼日時", "asked_at"), Column("依頼した人", "asked_by.name"),
        Column("状態", "state", ExportState), Column("完了日時", "finished_at"), Column("行数", "row_count"),
        Column("大きさ", "size"), Column("失敗の理由", "failure"),
    )),
    "retention": Listed(rights=(Right.HAND_OVER,), table=table_of(
        _erasures, Column("種類", "kind", KeptKind), Column("この日より前", "before_date"), Column("根拠", "ground"),
        Column("状態", "state", ErasureState), Column("依頼した人", "asked_by.name"), Column("依頼日時", "asked_at"),
        Column("決定した人", "decided_by.name"), Column("決定日時", "decided_at"),
    )),
}  # fmt: skip
