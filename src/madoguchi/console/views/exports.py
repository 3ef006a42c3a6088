"""Every list as a file: what is handed out is in the history."""

from itertools import islice

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from madoguchi.audit.operations import Entry, record
from madoguchi.console.list_columns import Asked
from madoguchi.console.list_tables import TABLES
from madoguchi.console.views.figures import asked_month
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.reports.table_files import EXPORTS

LONGEST = 200


@require_GET
@contract_page(Right.ENTER)
def export(request: ContractRequest, list_name: str, kind: str) -> HttpResponse:
    """Write a list as CSV or Excel, for whoever may open its page; where there are more rows, the last line says so."""
    if list_name not in TABLES or kind not in EXPORTS:
        raise Http404
    listed, access, now = TABLES[list_name], request.access, timezone.now()
    for right in listed.rights:
        access.require(right)
    given = {name: str(value).replace("\x00", "")[:LONGEST] for name, value in request.GET.items()}
    asked = Asked(access=access, month=asked_month(request), now=now, given=given)
    rows = list(islice(listed.table(asked), listed.most + 2))
    count = min(len(rows) - 1, listed.most)
    if len(rows) - 1 > listed.most:
        cut = _("%(most)d行で打ち切りました。条件を絞ると、残りを書き出せます。") % {"most": listed.most}
        rows[-1] = [cut, *("" for _heading in rows[0][1:])]
    content, media_type = EXPORTS[kind](rows)
    details = {"kind": kind, "count": count, "filter": request.GET.urlencode()[:500]}
    entry = Entry(act="export_list", subject=list_name, details=details)
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{list_name}-{access.contract.key}.{kind}"'
    return answer
