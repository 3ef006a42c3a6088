"""Outages, to be read by programs."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from madoguchi.api.entering import PAGE, REFUSALS, checked_page, entered, note_view
from madoguchi.api.schemas import Key, OutageListIn, OutagePage
from madoguchi.contracts.rules import Right
from madoguchi.desk.errors import FieldError
from madoguchi.monitoring.models import Outage
from madoguchi.monitoring.queries import OutageFilter, outages_of

router = Router()


@router.get("/contracts/{contract}/outages", response={200: OutagePage, **REFUSALS})
def outages(request: HttpRequest, contract: Path[Key], wanted: Query[OutageListIn]) -> Any:  # noqa: ANN401
    """A page of 100 outages, the latest in front; those set aside only with `state` ignored or all."""
    access = entered(request, contract)
    access.require(Right.SEE_FIGURES)
    for name in sorted(set(request.GET) - set(OutageListIn.model_fields)):
        raise FieldError(name[:60], _("この項目はありません。"))
    page = checked_page(wanted.page)
    narrowed = OutageFilter(state=wanted.state, service=wanted.service)
    found = list(outages_of(access, narrowed)[(page - 1) * PAGE : page * PAGE + 1])
    note_view(access, "view_list", "outages", shown=len(found[:PAGE]))
    return {"outages": [_shape_of(each) for each in found[:PAGE]], "next_page": page + 1 if len(found) > PAGE else None}


def _shape_of(outage: Outage) -> dict[str, Any]:
    return {
        "id": outage.pk, "source": outage.source.key, "service": outage.service, "severity": outage.severity,
        "summary": outage.summary, "started_at": outage.started_at, "ended_at": outage.ended_at,
        "noticed_at": outage.noticed_at, "is_left_out": outage.is_ignored or outage.is_dismissed,
        "ticket": outage.ticket.number if outage.ticket else None,
    }  # fmt: skip
