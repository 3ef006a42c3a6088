"""The desk's other lists as tables for export: a row of headings, then texts alone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.audit.queries import history_of
from madoguchi.console import list_machines, list_results, list_works
from madoguchi.console.list_columns import Asked, Listed, Rows, headings
from madoguchi.console.queries import unseen_notices
from madoguchi.contracts.access import organisations_of
from madoguchi.contracts.models import Role
from madoguchi.contracts.rules import Right
from madoguchi.core.vocabulary import ArticleKind, ArticleState, Audience, RoleKind, Tier
from madoguchi.desk.models import AnswerTemplate, Category, Macro, Queue
from madoguchi.knowledge.queries import readable_articles
from madoguchi.people.languages import label_of, language_on
from madoguchi.people.models import DivisionPlace
from madoguchi.quality.figures import figures_of_month
from madoguchi.reports.rows import reason_text, row_of


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def article_table(asked: Asked) -> Rows:
    yield headings("番号", "題名", "種類", "公開範囲", "状態", "版", "使用回数", "見直し日")
    for each in readable_articles(asked.access).defer("body").order_by("pk").iterator():
        yield [
            str(each.pk), each.title, label_of(ArticleKind(each.kind)), label_of(Audience(each.audience)),
            label_of(ArticleState(each.state)), str(each.latest_version), str(each.use_count), _day(each.review_date),
        ]  # fmt: skip


def member_table(asked: Asked) -> Rows:
    yield headings("氏名", "サインイン名", "権限", "組織", "開始日", "終了日", "有効")
    roles = Role.objects.filter(contract=asked.access.contract).select_related("person__organisation")
    for each in roles.order_by("kind", "person__reading", "pk").iterator():
        home = each.person.organisation
        yield [
            each.person.name, each.person.sign_in_name or "", label_of(RoleKind(each.kind)), home.name if home else "",
            _day(each.start_date), _day(each.end_date), _("有効") if each.person.is_active else _("停止中"),
        ]  # fmt: skip


def notice_table(asked: Asked) -> Rows:
    yield headings("日時", "受付番号", "件名", "種類", "時計", "割合")
    for each in unseen_notices(asked.access).iterator():
        yield [_moment(each.sent_at), each.ticket.reference, each.ticket.subject, each.kind, each.clock, each.share]


def history_table(asked: Asked) -> Rows:
    yield headings("番号", "日時", "だれが", "操作", "対象", "詳細")
    rows = history_of(chain=asked.access.contract.key, subject=asked.given.get("subject", "")[:120] or None)
    for each in rows.iterator():
        yield [str(each.number), _moment(each.at), each.actor, each.act, each.subject, each.details]


def figure_table(asked: Asked) -> Rows:
    yield headings("指標", "期間", "実績値", "分子", "分母", "目標値", "判定", "理由")
    figures = figures_of_month(contract=asked.access.contract, month=asked.month, now=asked.now)
    for each in figures.measurements:
        row = row_of(each, language=language_on())
        kept = ("label", "window", "figure", "part", "counted", "target", "verdict")
        reasons = (reason_text(reason, language_on()) for reason in each.judgement.reasons)
        yield [*(str(row[name]) for name in kept), " / ".join(reasons)]


def template_table(asked: Asked) -> Rows:
    yield headings("名前", "本文", "回答と同時に完了")
    for each in AnswerTemplate.objects.filter(contract=asked.access.contract).order_by("name"):
        yield [each.name, each.text, _("はい") if each.resolves else ""]


def macro_table(asked: Asked) -> Rows:
    yield headings("名前", "担当", "種別", "分類", "優先度", "内部メモ", "回答", "引継先", "待つ相手", "完了")
    known = Macro.objects.filter(contract=asked.access.contract).select_related("category", "queue").order_by("name")
    for each in known:
        category, queue = each.category, each.queue
        yield [
            each.name, _("はい") if each.takes else "", each.kind, category.name if category else "", each.priority,
            each.note, each.answer, queue.name if queue else "", each.waits_for, _("はい") if each.resolves else "",
        ]  # fmt: skip


def arrangement_table(asked: Asked) -> Rows:
    yield headings("区分", "記号", "名前", "段階", "事業者")
    for each in Queue.objects.filter(contract=asked.access.contract).select_related("organisation").order_by("pk"):
        firm = each.organisation.name if each.organisation else ""
        yield [_("受付先"), each.key, each.name, label_of(Tier(each.tier)), firm]
    for category in Category.objects.filter(contract=asked.access.contract).order_by("name"):
        yield [_("分類"), category.key, category.name, "", ""]


def division_table(asked: Asked) -> Rows:
    yield headings("組織", "記号", "名前", "上位の部署", "開始日", "終了日", "統合先")
    organisations = organisations_of(asked.access.contract).values("pk")
    places = DivisionPlace.objects.filter(division__organisation__in=organisations)
    related = places.select_related("division__organisation", "division__merged_into", "parent")
    for each in related.order_by("division__organisation__name", "division__key", "start_date"):
        into = each.division.merged_into
        yield [
            each.division.organisation.name, each.division.key, each.name, each.parent.key if each.parent else "",
            _day(each.start_date), _day(each.end_date), into.key if into and each.end_date else "",
        ]  # fmt: skip


DESK: Mapping[str, tuple[Right, Callable[[Asked], Rows]]] = {
    "articles": (Right.READ_KNOWLEDGE, article_table),
    "notices": (Right.WORK, notice_table),
    "figures": (Right.SEE_FIGURES, figure_table),
    "history": (Right.SEE_HISTORY, history_table),
    "members": (Right.ADMINISTER, member_table),
    "arrange": (Right.ADMINISTER, arrangement_table),
    "divisions": (Right.ADMINISTER, division_table),
    "templates": (Right.MANAGE, template_table),
    "macros": (Right.MANAGE, macro_table),
}
TABLES: Mapping[str, Listed] = {
    **{name: Listed(rights=(right,), table=table) for name, (right, table) in DESK.items()},
    **list_works.TABLES,
    **list_machines.TABLES,
    **list_results.TABLES,
}
"""Each list by its name in addresses, with the rights it takes."""
