"""Documents and firms' comments of an example desk: the past month's report being written, a remark on it, answers."""

from datetime import datetime, timedelta

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.core.calendar.periods import month_period
from madoguchi.documents.operations import add_comment, open_document, write_text
from madoguchi.procurement.operations import add_comments
from madoguchi.samples.firm_comments import comments_csv

COMMENTS, FIRMS = 737, 28
REMARKS = "問合せは前の月と同じ傾向であった。増えた種別については、よくある質問を追加した。"
REMARK = "増えた種別を具体的に書いてください。"


def add_documents(*, manager: Access, division: Access, now: datetime) -> None:
    """Open the report of the month before, if the contract ran then, and take in the firms' comments."""
    final = timezone.localdate(now).replace(day=1) - timedelta(days=1)
    if final >= manager.contract.start_date:
        document = open_document(
            access=manager, kind="monthly", label=f"{final:%Y-%m}", at=now,
            period=month_period(year=final.year, month=final.month),
        )  # fmt: skip
        write_text(access=manager, document=document, name="monthly_remarks", text=REMARKS, number=0, at=now)
        add_comment(access=division, document=document, body=REMARK, at=now)
    add_comments(access=division, text=comments_csv(count=COMMENTS, firms=FIRMS), file="comments.csv", at=now)
