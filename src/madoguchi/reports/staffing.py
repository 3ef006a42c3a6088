"""The section on staffing of a monthly report: people needed, planned and present, and what the promise would take."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from madoguchi.core.events import Event
from madoguchi.core.metrics.spec import Contract
from madoguchi.planning.month import MonthDemand
from madoguchi.planning.plan import Repaired
from madoguchi.reports.blocks import Block, Chart, Heading, Paragraph, Table
from madoguchi.reports.staff_chart import Line, half_hour_chart

WORDS = {
    "title": ("要員配置", "Staffing"),
    "kept": ("応答率{target}には、シミュレーションによれば平均{mean}人、最大{most}人、延べ{hours}時間の要員を要した。",
             "An answer rate of {target} took, by simulation, {mean} people ({most} at most), {hours} hours in all."),
    "unreachable": ("応答率{target}は、この月の着信と音声案内のもとでは要員を増やしても届かず、最大{bound}であった。",
                    "With this recorded voice no number of people reaches {target}; the most was {bound}."),
    "basis": ("前提：初回の着信{calls}件（推定）、平均処理時間{handle}秒、かけ直し{redial}、音声案内での放棄{ivr}。",
              "Assumed: {calls} first calls, {handle} s of handling, {redial} call again, {ivr} lost in the voice."),
    "caption": ("半時間ごとの要員（開庁日の平均）", "People by half hour, mean of the open days"),
    "at": ("時刻", "At"),
    "calls": ("着信（初回）", "Calls (first)"),
    "need": ("必要", "Needed"),
    "planned": ("計画", "Planned"),
    "present": ("実績", "Present"),
    "nothing": ("－", "-"),
    "no_record": ("計画と実績の人数の記録はない。", "No planned or present people were recorded."),
}  # fmt: skip


def _word(name: str, language: str) -> str:
    return WORDS[name][0 if language == "ja" else 1]


def staffing_section(
    *, contract: Contract, asked: MonthDemand, need: Repaired, events: Iterable[Event], language: str = "ja"
) -> tuple[Block, ...]:
    """Return the section of a past month; `events` are the contract's `staffing` facts."""
    labels = [asked.grid.label(slot) for slot in range(asked.grid.shape[1])]
    planned, present = _recorded(contract, asked, events)
    needed = [float(each) for each in need.agents.mean(axis=0)]
    calls = [float(each) for each in asked.demand.calls.mean(axis=0)]
    blocks: list[Block] = [
        Heading(level=1, text=_word("title", language)),
        Paragraph(parts=(_said(need, language),)),
        Paragraph(parts=(_basis(asked, language),)),
    ]
    rows = {"planned": planned, "present": present}
    known: dict[str, list[float | None]] = {
        name: row for name, row in rows.items() if any(each is not None for each in row)
    }
    if not known:
        blocks.append(Paragraph(parts=(_word("no_record", language),)))
    columns = ("calls", "need", *known)
    lines: dict[str, Sequence[float | None]] = {"calls": calls, "need": needed, **known}
    blocks.append(_chart(labels, needed, known, language))
    blocks.append(
        Table(
            caption=_word("caption", language),
            header=tuple(_word(name, language) for name in ("at", *columns)),
            rows=tuple(
                (label, *(_shown(lines[name][slot], language) for name in columns)) for slot, label in enumerate(labels)
            ),
            widths=(2,) * (1 + len(columns)),
            numeric=tuple(range(1, 1 + len(columns))),
        )
    )
    return tuple(blocks)


def _recorded(
    contract: Contract, asked: MonthDemand, events: Iterable[Event]
) -> tuple[list[float | None], list[float | None]]:
    """Return people planned and present by half hour, the means of the half hours recorded in the month."""
    offset = timedelta(seconds=contract.calendar.utc_offset_seconds)
    places = {asked.grid.label(slot): slot for slot in range(asked.grid.shape[1])}
    found: dict[str, list[list[int]]] = {name: [[] for _ in places] for name in ("planned", "present")}
    for event in events:
        at = event["at"]
        assert isinstance(at, datetime)
        local = at + offset
        slot = places.get(f"{local:%H:%M}")
        if slot is None or local.date() not in asked.month:
            continue
        for name, rows in found.items():
            count = event.get(name)
            if isinstance(count, int):
                rows[slot].append(count)
    means = {name: [sum(row) / len(row) if row else None for row in rows] for name, rows in found.items()}
    return means["planned"], means["present"]


def _said(need: Repaired, language: str) -> str:
    target = f"{need.wanted:.1%}"
    if not need.is_reachable:
        return _word("unreachable", language).format(target=target, bound=f"{need.most:.1%}")
    agents = need.agents
    return _word("kept", language).format(
        target=target, mean=f"{agents.mean():.1f}", most=int(agents.max()), hours=f"{need.agent_hours:,.0f}"
    )


def _basis(asked: MonthDemand, language: str) -> str:
    demand = asked.demand
    handled = 0.0 if asked.past is None else asked.past.handle_seconds or 0.0
    return _word("basis", language).format(
        calls=f"{demand.calls.sum():,.0f}", handle=f"{handled:.0f}", redial=f"{demand.redial_share:.0%}",
        ivr=f"{demand.ivr_loss:.1%}",
    )  # fmt: skip


def _chart(labels: Sequence[str], needed: list[float], known: dict[str, list[float | None]], language: str) -> Chart:
    lines = [Line(name=_word(name, language), values=row) for name, row in known.items()]
    title = _word("caption", language)
    svg = half_hour_chart(
        name="staffing", title=title, labels=labels, bars=Line(name=_word("need", language), values=needed), lines=lines
    )
    told = ", ".join(f"{label} {value:.1f}" for label, value in zip(labels, needed, strict=True))
    values = tuple(Decimal(str(round(each, 1))) for each in needed)
    return Chart(title=title, svg=svg, description=told, categories=tuple(labels), values=values)


def _shown(value: float | None, language: str) -> str:
    return _word("nothing", language) if value is None else f"{value:.1f}"
