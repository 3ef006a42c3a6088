"""The main menu: every page a person may enter, the daily ones in front, the others by what they are for."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right


class Entry(NamedTuple):
    """A page by the name of its address, with the rights it takes and the key that opens it."""

    name: str
    label: str
    rights: tuple[Right, ...]
    key: str = ""


class Group(NamedTuple):
    """Entries under a label; those of the first group, which has none, are always in sight."""

    label: str
    entries: tuple[Entry, ...]


MENU = (
    Group(
        "",
        (
            Entry("desk", gettext_noop("案件一覧"), (Right.SEE_TICKETS,), "l"),
            Entry("new_ticket", gettext_noop("新規受付"), (Right.RECEIVE,), "n"),
            Entry("wallboard", gettext_noop("状況"), (Right.SEE_TICKETS,)),
            Entry("articles", gettext_noop("ナレッジ"), (Right.READ_KNOWLEDGE, Right.SEE_TICKETS)),
            Entry("notices", gettext_noop("通知"), (Right.WORK,)),
            Entry("portal", gettext_noop("利用者ポータル"), (Right.ASK,)),
        ),
    ),
    Group(
        gettext_noop("業務"),
        (
            Entry("applications", gettext_noop("申請"), (Right.SEE_TICKETS,)),
            Entry("registers", gettext_noop("台帳"), (Right.RECEIVE,)),
            Entry("decisions", gettext_noop("判断依頼"), (Right.SEE_FIGURES,)),
            Entry("improvements", gettext_noop("改善"), (Right.SEE_FIGURES,)),
            Entry("calls", gettext_noop("電話"), (Right.SEE_FIGURES,)),
            Entry("running", gettext_noop("日報・引継ぎ"), (Right.SEE_FIGURES,)),
            Entry("meetings", gettext_noop("定例会"), (Right.SEE_FIGURES,)),
            Entry("own_shifts", gettext_noop("自分の勤務"), (Right.RECEIVE,)),
        ),
    ),
    Group(
        gettext_noop("実績・報告"),
        (
            Entry("figures", gettext_noop("指標"), (Right.SEE_FIGURES,)),
            Entry("months", gettext_noop("月ごとの実績"), (Right.SEE_FIGURES,)),
            Entry("surveys", gettext_noop("アンケート"), (Right.SEE_FIGURES,)),
            Entry("outages", gettext_noop("稼働監視"), (Right.SEE_FIGURES,)),
            Entry("documents", gettext_noop("報告書"), (Right.SEE_FIGURES,)),
            Entry("procurement", gettext_noop("調達"), (Right.SEE_PROCUREMENT,)),
            Entry("staffing", gettext_noop("要員計画"), (Right.MANAGE,)),
        ),
    ),
    Group(
        gettext_noop("管理"),
        (
            Entry("templates", gettext_noop("回答文例"), (Right.MANAGE,)),
            Entry("macros", gettext_noop("マクロ"), (Right.MANAGE,)),
            Entry("ledgers", gettext_noop("他のツールからの取込"), (Right.MANAGE,)),
            Entry("members", gettext_noop("利用権限"), (Right.ADMINISTER,)),
            Entry("organisations", gettext_noop("組織"), (Right.ADMINISTER,)),
            Entry("arrange", gettext_noop("受付先と分類"), (Right.ADMINISTER,)),
            Entry("forms", gettext_noop("申請様式"), (Right.ADMINISTER,)),
            Entry("mailboxes", gettext_noop("メール"), (Right.RUN_MAIL,)),
            Entry("webhooks", gettext_noop("外部連携"), (Right.ADMINISTER,)),
            Entry("account_systems", gettext_noop("アカウントの連携先"), (Right.ADMINISTER,)),
            Entry("monitoring_sources", gettext_noop("監視の送信元"), (Right.ADMINISTER,)),
            Entry("handover", gettext_noop("契約の引継ぎ"), (Right.HAND_OVER,)),
            Entry("retention", gettext_noop("個人情報の保存と消去"), (Right.HAND_OVER,)),
            Entry("history", gettext_noop("操作履歴"), (Right.SEE_HISTORY,)),
        ),
    ),
)


class Item(NamedTuple):
    """An entry as a page shows it."""

    label: str
    address: str
    key: str
    is_here: bool


def menu_of(access: Access, *, page: str) -> list[tuple[str, list[Item]]]:
    """Return the groups a person has entries of; a group of one entry stands with those in sight."""
    shown: list[tuple[str, list[Item]]] = [("", [])]
    for group in MENU:
        entries = [each for each in group.entries if all(access.may(right) for right in each.rights)]
        items = [
            Item(_(each.label), reverse(each.name, args=[access.contract.key]), each.key, each.name == page)
            for each in entries
        ]
        if group.label and len(items) > 1:
            shown.append((_(group.label), items))
        else:
            shown[0][1].extend(items)
    # whoever has little to go to sees all of it
    return [("", shown[1][1])] if len(shown) == 2 and not shown[0][1] else shown  # noqa: PLR2004  # nothing and a group
