"""Lists of applications, registers, decisions, improvements and a user's own matters, as tables for export."""

from collections.abc import Iterable
from operator import attrgetter

from django.utils import timezone

from madoguchi.assets.models import Item, ItemImport, Loan, Stocktake
from madoguchi.assets.queries import items_of, running_loans
from madoguchi.console.distributions import UNIT_STATES, Distribution, Unit, all_units
from madoguchi.console.list_columns import Asked, Column, Listed, table_of
from madoguchi.console.queries import daily_counts
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import ArticleKind, ArticleState, TicketKind, TicketState
from madoguchi.core.works_vocabulary import (
    ApplicationState,
    BatchState,
    DeskRecordKind,
    DutySource,
    ImprovementKind,
    ImprovementState,
    ItemState,
    LoanState,
    ProblemState,
    Register,
)
from madoguchi.desk.models import Ticket
from madoguchi.desk.queries import visible_tickets
from madoguchi.knowledge.models import Article
from madoguchi.people.queries import division_name
from madoguchi.works.catalogue.spec import Form
from madoguchi.works.events import CRITERIA
from madoguchi.works.models import (
    Application,
    Approval,
    Approver,
    DecisionRequest,
    DeskRecord,
    DutyBatch,
    Improvement,
    PersonnelBatch,
    Problem,
)
from madoguchi.works.operations.csv_lines import day_in
from madoguchi.works.operations.meetings import meetings_of
from madoguchi.works.queries import all_forms, form_of, revision_list, waiting_approvals

DAILY = (
    ("received_count", "受付"), ("resolved_count", "完了"), ("escalated_count", "エスカレーション"),
    ("open_count", "現在対応中"), ("late_count", "現在期限超過"),
)  # fmt: skip
UNDER_WAY = (ApplicationState.APPROVING.value, ApplicationState.FULFILLING.value)


def _applications(asked: Asked) -> Iterable[Application]:
    state = asked.given.get("state", "")
    states = (state,) if state in set(ApplicationState) else UNDER_WAY
    found = Application.objects.filter(ticket__in=visible_tickets(asked.access).values("pk"), state__in=states)
    return found.select_related("ticket__requester", "form").order_by("due_date", "pk").iterator()


def _form_name(row: Application) -> str:
    return form_of(row).title.ja


def _items(asked: Asked) -> Iterable[Item]:
    wanted = {name: asked.given.get(name, "")[:100] for name in ("register", "state", "query")}
    return items_of(asked.access, **wanted).iterator()


def _loans(asked: Asked) -> Iterable[Loan]:
    return running_loans(contract=asked.access.contract).iterator()


def _stocktakes(asked: Asked) -> Iterable[Stocktake]:
    found = Stocktake.objects.filter(contract=asked.access.contract).select_related("opened_by")
    return found.order_by("-pk").iterator()


def _register_imports(asked: Asked) -> Iterable[ItemImport]:
    found = ItemImport.objects.filter(contract=asked.access.contract).select_related("imported_by", "undone_by")
    return found.order_by("-pk").iterator()


def _distributions(asked: Asked) -> Iterable[tuple[Distribution, Unit]]:
    return all_units(asked.access.contract, now=asked.now)


def _unit_state(row: tuple[Distribution, Unit]) -> str:
    return str(UNIT_STATES[row[1].state]())


def _decisions(asked: Asked) -> Iterable[DecisionRequest]:
    found = DecisionRequest.objects.filter(contract=asked.access.contract)
    return found.select_related("ticket", "asked_by", "decided_by").order_by("asked_at", "pk").iterator()


def _criteria(asked: Asked) -> Iterable[Article]:
    found = Article.objects.filter(contract=asked.access.contract, kind__in=CRITERIA)
    return found.defer("body").order_by("kind", "title").iterator()


def _revisions(asked: Asked) -> Iterable[tuple[str, object, str, str]]:
    """Yield what is before the revision meeting of the quarter of the month asked for."""
    listed = revision_list(asked.access.contract, day=asked.month)
    for version in listed.versions.iterator():
        yield "改定", version.at, version.title, f"第{version.number}版 {version.change_note}".strip()
    for article in listed.due.iterator():
        yield "見直し日が来たもの", article.review_date, article.title, f"第{article.latest_version}版"
    for decision in listed.decided.iterator():
        yield "判断基準になっていない判断", decision.decided_at, decision.subject, decision.chosen


def _improvements(asked: Asked) -> Iterable[Improvement]:
    found = Improvement.objects.filter(contract=asked.access.contract)
    return found.select_related("proposed_by").order_by("-proposed_at", "-pk").iterator()


def _problems(asked: Asked) -> Iterable[Problem]:
    return Problem.objects.filter(contract=asked.access.contract).order_by("-opened_at", "-pk").iterator()


def _batches(asked: Asked) -> Iterable[PersonnelBatch]:
    found = PersonnelBatch.objects.filter(contract=asked.access.contract).select_related("uploaded_by")
    return found.order_by("-pk").iterator()


def _records(asked: Asked) -> Iterable[DeskRecord]:
    found = DeskRecord.objects.filter(contract=asked.access.contract).select_related("owner", "author", "done_by")
    return found.order_by("-date", "kind", "-pk").iterator()


def _duty_batches(asked: Asked) -> Iterable[DutyBatch]:
    found = DutyBatch.objects.filter(contract=asked.access.contract).select_related("made_by")
    return found.order_by("-pk").iterator()


def _daily(asked: Asked) -> Iterable[tuple[str, str, object]]:
    """Yield a day's report: its counts, who was on duty, and what the shifts handed over."""
    today = timezone.localdate(asked.now)
    day = day_in(asked.given.get("date", "")) or today
    found = daily_counts(asked.access.contract, day=day, now=asked.now)
    yield from ((f"日報 {day}", name, found[key]) for key, name in DAILY)
    for row in found["by_kind"]:
        yield "受付の内訳", TicketKind(row["kind"]).label, row["count"]
    records = DeskRecord.objects.filter(contract=asked.access.contract, date=day).select_related("owner", "done_by")
    for each in records.order_by("kind", "title", "pk").iterator():
        who = each.done_by.name if each.done_by else each.owner.name if each.owner else ""
        state = "済" if each.done_at else ""
        yield DeskRecordKind(each.kind).label, each.title, " ".join(part for part in (who, state) if part)


def _wishes(asked: Asked) -> Iterable[Ticket]:
    found = Ticket.objects.filter(contract=asked.access.contract, kind=TicketKind.WISH.value, merged_into=None)
    return found.defer("text").select_related("requester").prefetch_related("improvements").order_by("-number")


def _proposals(row: Ticket) -> list[str]:
    return [each.title for each in row.improvements.all()]


def _meetings(asked: Asked) -> Iterable[DeskRecord]:
    found = meetings_of(asked.access.contract, day=timezone.localdate(asked.now))
    return found.select_related("author").prefetch_related("attendees")


def _attendees(row: DeskRecord) -> list[str]:
    return [each.name for each in row.attendees.all()]


def _actions(asked: Asked) -> Iterable[DeskRecord]:
    found = DeskRecord.objects.filter(contract=asked.access.contract, kind=DeskRecordKind.ACTION.value)
    return found.select_related("owner", "meeting", "done_by").order_by("due_date", "pk").iterator()


def _forms(asked: Asked) -> Iterable[Form]:
    return all_forms(asked.access.contract)


def _approvers(asked: Asked) -> Iterable[tuple[str, str]]:
    found = Approver.objects.filter(contract=asked.access.contract).select_related("division", "person")
    day = timezone.localdate(asked.now)
    return [(division_name(each.division, day=day), each.person.name) for each in found.order_by("division", "pk")]


def _own_tickets(asked: Asked) -> Iterable[Ticket]:
    own = Ticket.objects.filter(contract=asked.access.contract, requester=asked.access.person)
    return own.defer("text").order_by("-number").iterator()


def _own_approvals(asked: Asked) -> Iterable[Approval]:
    return waiting_approvals(asked.access).iterator()


TABLES = {
    "applications": Listed(rights=(Right.SEE_TICKETS, Right.EXPORT), table=table_of(
        _applications, Column("受付番号", "ticket.reference"), Column("申請", _form_name),
        Column("状態", "state", ApplicationState), Column("申請者", "ticket.requester.name"),
        Column("受付日時", "ticket.received_at"), Column("期限", "due_date"),
    )),
    "registers": Listed(rights=(Right.RECEIVE, Right.EXPORT), table=table_of(
        _items, Column("台帳", "register", Register), Column("番号", "number"), Column("名前", "name"),
        Column("製造番号", "serial"), Column("状態", "state", ItemState), Column("使用者", "holder.name"),
        Column("場所", "place"), Column("有効期限", "valid_until"), Column("数量", "quantity"), Column("備考", "note"),
    )),
    "loans": Listed(rights=(Right.RECEIVE, Right.EXPORT), table=table_of(
        _loans, Column("番号", "item.number"), Column("名前", "item.name"), Column("借りる人", "person.name"),
        Column("状態", "state", LoanState), Column("開始日", "start_date"), Column("返却予定日", "until_date"),
        Column("貸出日時", "lent_at"), Column("受付番号", "ticket.reference"),
    )),
    "stocktakes": Listed(rights=(Right.RECEIVE,), table=table_of(
        _stocktakes, Column("台帳", "register", Register), Column("開始日時", "opened_at"),
        Column("開始した人", "opened_by.name"), Column("終了日時", "closed_at"), Column("差異", "difference_count"),
    )),
    "register_imports": Listed(rights=(Right.MANAGE,), table=table_of(
        _register_imports, Column("取込日時", "imported_at"), Column("取り込んだ人", "imported_by.name"),
        Column("追加", "added_count"), Column("更新", "changed_count"), Column("取消日時", "undone_at"),
        Column("取り消した人", "undone_by.name"), Column("残した件数", "kept_count"),
    )),
    "distributions": Listed(rights=(Right.RECEIVE,), table=table_of(
        _distributions, Column("パッチ・ポリシー", lambda row: row[0].patch), Column("機器", lambda row: row[0].device),
        Column("管理番号", lambda row: row[1].number), Column("状態", _unit_state),
        Column("使っている人", lambda row: getattr(getattr(row[1].item, "holder", None), "name", "")),
        Column("設置場所", lambda row: getattr(row[1].item, "place", "")),
        Column("期限", lambda row: row[1].due_at), Column("適用日時", lambda row: row[1].applied_at),
    )),
    "decisions": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _decisions, Column("件名", "subject"), Column("受付番号", "ticket.reference"), Column("依頼日時", "asked_at"),
        Column("依頼した人", "asked_by.name"), Column("質問", "question"), Column("選択肢", "options"),
        Column("決定日時", "decided_at"), Column("決定した人", "decided_by.name"), Column("決定", "chosen"),
        Column("回答", "answer"),
    )),
    "criteria": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _criteria, Column("題名", "title"), Column("種類", "kind", ArticleKind), Column("状態", "state", ArticleState),
        Column("版", "latest_version"), Column("見直し日", "review_date"),
    )),
    "revisions": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _revisions, Column("区分", lambda row: row[0]), Column("日", lambda row: row[1]),
        Column("題名", lambda row: row[2]), Column("内容", lambda row: row[3]),
    )),
    "improvements": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _improvements, Column("題名", "title"), Column("種類", "kind", ImprovementKind),
        Column("状態", "state", ImprovementState), Column("提案日時", "proposed_at"),
        Column("提案者", "proposed_by.name"),
        Column("費用", "cost"), Column("見込む効果（分/週）", "expected_minutes_per_week"),
        Column("決定日時", "decided_at"), Column("実施日時", "done_at"),
        Column("効果（分/週）", "effect_minutes_per_week"),
    )),
    "problems": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _problems, Column("題名", "title"), Column("状態", "state", ProblemState), Column("登録日時", "opened_at"),
        Column("原因", "cause"), Column("暫定対応", "workaround"), Column("恒久対応", "permanent_fix"),
        Column("再発防止策", "preventive_action"), Column("恒久対応の日時", "fixed_at"),
    )),
    "personnel": Listed(rights=(Right.MANAGE,), table=table_of(
        _batches, Column("取込日時", "uploaded_at"), Column("取り込んだ人", "uploaded_by.name"),
        Column("状態", "state", BatchState), Column("行数", "row_count"), Column("誤りのある行", "broken_count"),
        Column("反映日時", "applied_at"), Column("取消日時", "undone_at"),
    )),
    "running": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _records, Column("日付", "date"), Column("種類", "kind", DeskRecordKind), Column("題名", "title"),
        Column("内容", "text"), Column("担当", "owner.name"), Column("分", "minutes"),
        Column("書いた人", "author.name"),
        Column("書いた日時", "written_at"), Column("完了日時", "done_at"), Column("完了した人", "done_by.name"),
    )),
    "meetings": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _meetings, Column("開催日", "date"), Column("題名", "title"), Column("出席者", _attendees),
        Column("内容", "text"), Column("宿題", attrgetter("action_count")), Column("未了", attrgetter("open_count")),
        Column("期限超過", attrgetter("late_count")), Column("書いた人", "author.name"),
    )),
    "meeting_actions": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _actions, Column("開催日", "meeting.date"), Column("会議", "meeting.title"), Column("行うこと", "title"),
        Column("担当", "owner.name"), Column("期限", "due_date"), Column("完了日時", "done_at"),
        Column("完了した人", "done_by.name"),
    )),
    "duties": Listed(rights=(Right.MANAGE,), table=table_of(
        _duty_batches, Column("取込日時", "made_at"), Column("取り込んだ人", "made_by.name"),
        Column("取込元", "source", DutySource), Column("状態", "state", BatchState), Column("行数", "row_count"),
        Column("取り込めない行", "refused_count"), Column("反映日時", "applied_at"), Column("取消日時", "undone_at"),
    )),
    "daily": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _daily, Column("区分", lambda row: row[0]), Column("項目", lambda row: row[1]),
        Column("件数・担当", lambda row: str(row[2])),
    )),
    "wishes": Listed(rights=(Right.SEE_FIGURES,), table=table_of(
        _wishes, Column("受付番号", "reference"), Column("件名", "subject"), Column("受付日時", "received_at"),
        Column("状態", "state", TicketState), Column("完了日時", "resolved_at"), Column("改善提案", _proposals),
    )),
    "forms": Listed(rights=(Right.ADMINISTER,), table=table_of(
        _forms, Column("記号", "key"), Column("名前", "title.ja"), Column("受け付けている", "is_offered"),
    )),
    "approvers": Listed(rights=(Right.ADMINISTER,), table=table_of(
        _approvers, Column("課", lambda row: row[0]), Column("承認者", lambda row: row[1]),
    )),
    "own_tickets": Listed(rights=(Right.ASK,), table=table_of(
        _own_tickets, Column("受付番号", "reference"), Column("件名", "subject"), Column("種別", "kind", TicketKind),
        Column("状態", "state", TicketState), Column("受付日時", "received_at"), Column("完了日時", "resolved_at"),
    )),
    "own_approvals": Listed(rights=(Right.ASK,), table=table_of(
        _own_approvals, Column("受付番号", "application.ticket.reference"),
        Column("申請", lambda row: _form_name(row.application)),
        Column("申請者", "application.ticket.requester.name"), Column("依頼日時", "asked_at"),
    )),
}  # fmt: skip
