"""Every list as a file: what is handed out is in the history."""

from itertools import islice

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from madoguchi.audit.operations import Entry, record
from madoguchi.console.list_tables import TABLES, Asked
from madoguchi.console.views.figures import asked_month
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.reports.table_files import EXPORTS

MOST = 100_000


@require_GET
@contract_page(Right.ENTER)
def export(request: ContractRequest, list_name: str, kind: str) -> HttpResponse:
    """Write a list as CSV or Excel, for whoever may open its page; up to 100,000 rows."""
    if list_name not in TABLES or kind not in EXPORTS:
        raise Http404
    right, table = TABLES[list_name]
    access, now = request.access, timezone.now()
    access.require(right)
    subject = request.GET.get("subject", "").replace("\x00", "")[:120]
    asked = Asked(access=access, month=asked_month(request), subject=subject, now=now)
    rows = list(islice(table(asked), MOST + 1))
    content, media_type = EXPORTS[kind](rows)
    entry = Entry(
        act="export_list", subject=list_name, details={"kind": kind, "count": len(rows) - 1, "filter": subject}
    )
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{list_name}-{access.contract.key}.{kind}"'
    return answer
