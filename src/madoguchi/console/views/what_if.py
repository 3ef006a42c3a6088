"""Sliders: what volume, handling, patience, redials, people and the recorded voice change of a month."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from madoguchi.console.staffing_data import KnownCalls, asked_of_month, known_calls
from madoguchi.console.staffing_forms import WhatIfForm
from madoguchi.console.staffing_pages import percent, safe_picture
from madoguchi.contracts.pages import ContractRequest, contract_page
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.people.languages import is_japanese
from madoguchi.reports.staff_chart import Line, half_hour_chart
from madoguchi.staffing.queries import announced_events

if TYPE_CHECKING:
    from madoguchi.planning.month import MonthDemand

HUNDRED = 100
SEED = 1


@require_GET
@contract_page(Right.MANAGE)
def what_if(request: ContractRequest) -> HttpResponse:
    """Show the sliders and what they give; a change of one is answered with what changed."""
    now = timezone.now()
    given = request.GET
    month_form = WhatIfForm({"month": given.get("month", f"{timezone.localdate(now):%Y-%m}")})
    month_form.is_valid()
    month: date | None = month_form.cleaned_data.get("month")
    if month is None:
        return render(request, "console/staffing/what_if.html", {"failure": _month_error(month_form)}, status=422)
    try:
        known = known_calls(contract=request.access.contract, now=now)
        asked = asked_of_month(known, month, tuple(announced_events(request.access.contract)))
    except MadoguchiError as error:
        failed = {"failure": str(error), "month": f"{month:%Y-%m}"}
        return render(request, "console/staffing/what_if.html", failed)
    usual = _usual(asked)
    form = WhatIfForm({**usual, **{name: given[name] for name in WhatIfForm.SLIDERS if name in given},
                       "month": f"{month:%Y-%m}"})  # fmt: skip
    context: dict[str, Any] = {"form": form, "month": f"{month:%Y-%m}", "is_past": asked.past is not None}
    if not form.is_valid():
        return render(request, "console/staffing/what_if.html", context, status=422)
    context |= _found(known, asked, form.cleaned_data)
    context["sliders"] = [(form[name], form.cleaned_data[name], usual[name]) for name in WhatIfForm.SLIDERS]
    part = "what_if_found.html" if request.headers.get("HX-Request") else "what_if.html"
    return render(request, f"console/staffing/{part}", context)


def _month_error(form: WhatIfForm) -> str:
    return " ".join(str(each) for each in form.errors["month"])


def _usual(asked: "MonthDemand") -> dict[str, int]:
    """Return where the sliders stand at first: everything as it is, and people for the mean load."""
    from madoguchi.planning.need import mean_erlangs  # noqa: PLC0415

    demand = asked.demand
    return {
        "volume": HUNDRED, "handle": HUNDRED, "patience": HUNDRED,
        "redial": min(95, round(HUNDRED * demand.redial_share)), "ivr": min(60, round(HUNDRED * demand.ivr_loss)),
        "people": min(300, max(1, round(mean_erlangs(demand) + 1))),
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class _Levers:
    """Sliders as they stand; those left where they were keep the exact share of the facts."""

    given: dict[str, Any]
    usual: dict[str, int]

    def share(self, name: str) -> float | None:
        return None if self.given[name] == self.usual[name] else self.given[name] / HUNDRED


def _found(known: KnownCalls, asked: "MonthDemand", given: dict[str, Any]) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415  # numbers are loaded by who plans

    from madoguchi.planning.month import promised_answer_rate  # noqa: PLC0415
    from madoguchi.planning.need import needed_agents  # noqa: PLC0415
    from madoguchi.planning.objectives import objective_chances  # noqa: PLC0415
    from madoguchi.planning.what_if import Levers, changed, quick_outcome  # noqa: PLC0415

    moved = _Levers(given=given, usual=_usual(asked))
    levers = Levers(
        volume=given["volume"] / HUNDRED, handle=given["handle"] / HUNDRED, patience=given["patience"] / HUNDRED,
        redial_share=moved.share("redial"), ivr_loss=moved.share("ivr"),
    )  # fmt: skip
    demand = changed(asked.demand, levers)
    agents = np.full(demand.calls.shape, given["people"])
    found = quick_outcome(demand=demand, agents=agents, seed=SEED)
    day = asked.month.start_date
    target = promised_answer_rate(contract=known.promised, day=day)
    low, high = found.interval()
    chances = objective_chances(simulation=found, contract=known.promised, day=day)
    context = {
        "answer_rate": percent(found.answer_rate), "low": percent(low), "high": percent(high),
        "target": None if target is None else percent(target), "people": given["people"],
        "chances": [(each.label if is_japanese() else each.label_en, percent(each.chance)) for each in chances],
    }  # fmt: skip
    if target is None:
        return context
    most = 1.0 - demand.ivr_loss
    if target >= most and demand.calls.sum() > 0:
        return {**context, "unreachable": percent(most)}
    need = needed_agents(demand=demand, at_least=target)
    rows = need.mean(axis=0)
    chart = half_hour_chart(
        name="need", title=_("半時間ごとの必要人数と常時の要員"),
        labels=[asked.grid.label(slot) for slot in range(need.shape[1])],
        bars=Line(name=_("必要（平均）"), values=[float(each) for each in rows]),
        lines=[Line(name=_("常時の要員"), values=[float(given["people"])] * len(rows))],
    )  # fmt: skip
    return {
        **context, "chart": safe_picture(chart), "mean_need": f"{need.mean():.1f}", "most_need": int(need.max()),
        "hours": f"{need.sum() / 2:,.0f}",
    }  # fmt: skip
