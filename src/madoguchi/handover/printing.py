"""The handover's checklist as a document to be signed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.contracts.models import Contract
from madoguchi.core.handover_vocabulary import Party
from madoguchi.handover.checklist import Line, final_date
from madoguchi.handover.models import Confirmation
from madoguchi.reports.blocks import Heading, Paragraph, Report, Table

WIDTHS = (44, 8, 14, 34)
NONE = "—"


def checklist_report(*, contract: Contract, lines: Sequence[Line], language: str, now: datetime) -> Report:
    """Return the checklist as it stands: every point with its count, its day and who confirmed it."""
    is_japanese, day = language != "en", timezone.localdate(now)
    done = sum(each.is_done for each in lines)
    period = _("契約期間 %(start)s から %(end)s") % {"start": contract.start_date, "end": final_date(contract)}
    state = _("%(count)s項目のうち%(done)s項目が確認済み（%(at)s 現在）") % {
        "count": len(lines), "done": done, "at": f"{timezone.localtime(now):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    table = Table(
        caption=_("引継ぎ確認表"), header=(_("確認する事項"), _("件数"), _("期限"), _("確認者")), widths=WIDTHS,
        numeric=(1,),
        rows=tuple(_row(each, day=day, is_japanese=is_japanese) for each in lines),
    )  # fmt: skip
    signatures = Table(
        caption=_("署名"), header=(_("当事者"), _("氏名"), _("日付")), widths=(30, 45, 25),
        rows=tuple((_party(each, is_japanese=is_japanese), "", "") for each in Party),
    )  # fmt: skip
    return Report(
        title=_("引継ぎ確認表"), subtitle=contract.name, author="", issued_date=day,
        language="ja" if is_japanese else "en",
        blocks=(
            Paragraph(parts=(period,)), Paragraph(parts=(state,)), table, Heading(level=1, text=_("署名")), signatures,
        ),
    )  # fmt: skip


def _row(line: Line, *, day: date, is_japanese: bool) -> tuple[str, str, str, str]:
    due = f"{line.due_date}" + (_("（期限を過ぎています）") if line.is_overdue(day) else "")
    confirmed = "\n".join(
        f"{_party(party, is_japanese=is_japanese)}: {_said(found)}" for party, found in line.confirmed.items()
    )
    text = line.item.ja if is_japanese else line.item.en
    return text, NONE if line.count is None else str(line.count), due, confirmed


def _said(found: Confirmation | None) -> str:
    if found is None:
        return _("未確認")
    return f"{found.person.name} {timezone.localtime(found.at):%Y-%m-%d} {found.note}".rstrip()


def _party(party: Party, *, is_japanese: bool) -> str:
    return party.label if is_japanese else party.label_en
