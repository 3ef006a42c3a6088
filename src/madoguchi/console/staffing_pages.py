"""What staffing pages show, made of kept plans: pictures, tables and texts. Nothing is calculated anew here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import quantiles
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from madoguchi.core.vocabulary import AnnouncedKind
from madoguchi.people.languages import is_japanese
from madoguchi.planning.slots import SLOT_SECONDS
from madoguchi.reports.roster_book import Cell, Sheet, roster_book
from madoguchi.reports.staff_chart import Line, distribution_chart, half_hour_chart
from madoguchi.staffing.models import Plan, Shift
from madoguchi.staffing.queries import attendance_between

EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED_PROBLEMS = 30
FIRST_MONDAY = date(2024, 1, 1)
Rows = Sequence[Sequence[float]]


def method_name(name: str) -> str:
    names = {
        "state space": _("状態空間モデル（statsmodels：水準・曜日・休日明け・告知）"),
        "calendar": _("暦の方法（曜日・休日明け・月初月末・年度替わり・告知）"),
        "mean of four weeks": _("直近4週の同じ曜日の平均"),
        "last week": _("前週の同じ曜日"),
    }
    return names.get(name, name)


def percent(share: float | None) -> str:
    return _("測定不能") if share is None else f"{100 * share:.1f}%"


def safe_picture(svg: str) -> SafeString:
    """Return a picture for a page; every text in it was escaped as it was drawn."""
    return mark_safe(svg)  # noqa: S308


def slot_moments(result: Mapping[str, Any], day: date) -> list[datetime]:
    """Return the beginnings of a day's half hours."""
    midnight = timezone.make_aware(datetime.combine(day, time()))
    first = midnight + timedelta(seconds=result["first_second"])
    return [first.astimezone(UTC) + timedelta(seconds=SLOT_SECONDS * slot) for slot in range(len(result["labels"]))]


def actual_rows(plan: Plan, result: Mapping[str, Any]) -> list[list[int | None]]:
    """Return who was there, as recorded, in the half hours of the plan's days; None where nobody recorded it."""
    days = [date.fromisoformat(each) for each in result["days"]]
    if not days:
        return []
    moments = [slot_moments(result, day) for day in days]
    end = moments[-1][-1] + timedelta(seconds=SLOT_SECONDS)
    seen = attendance_between(contract=plan.contract, start=moments[0][0], end=end)
    return [[seen.get(at) for at in row] for row in moments]


def column_means(rows: Sequence[Sequence[float | None]], count: int) -> list[float | None]:
    """Return the mean of each half hour over the days that know it."""
    found: list[float | None] = []
    for slot in range(count):
        known = [row[slot] for row in rows if row[slot] is not None]
        found.append(sum(known) / len(known) if known else None)  # type: ignore[arg-type]  # None was left out
    return found


def plan_context(plan: Plan, *, asked_day: str) -> dict[str, Any]:
    """Return what the page of a finished plan shows; of one day, or of the mean day."""
    result = plan.result or {}
    planned, actual = result.get("planned", ()), actual_rows(plan, result)
    return {
        **people_context(result, asked_day=asked_day, planned=planned, actual=actual),
        **month_context(plan),
        "options": [{**each, "shown": percent(each["answer_rate"]), "chance": percent(each["chance"])}
                    for each in result.get("options", ())],
        "forecast": _forecast(result), "problems": problems(result)[:LISTED_PROBLEMS],
        "problem_count": len(result.get("problems", ())), "facts": result_facts(result),
    }  # fmt: skip


def people_context(
    result: Mapping[str, Any], *, asked_day: str, planned: Sequence[Sequence[float | None]],
    actual: Sequence[Sequence[float | None]],
) -> dict[str, Any]:  # fmt: skip
    """Return need against plan against actual by half hour, as a picture and a table; of one day, or the mean day."""
    days, labels = list(result["days"]), list(result["labels"])
    day = asked_day if asked_day in days else ""
    tables = {"need": result.get("eased", result)["need"], "planned": planned, "actual": actual}
    rows = {name: _of_day(table, days, day, len(labels)) for name, table in tables.items()}
    calls = _of_day(result["calls"], days, day, len(labels))
    named = (("planned", _("計画")), ("actual", _("実績")))
    lines = [
        Line(name=label, values=rows[name]) for name, label in named if any(each is not None for each in rows[name])
    ]
    chart = half_hour_chart(
        name="people", title=_("半時間ごとの必要・計画・実績の人数"), labels=labels,
        bars=Line(name=_("必要"), values=rows["need"]), lines=lines,
    )  # fmt: skip
    return {
        "eased": percent(result["eased"]["ivr_loss"]) if "eased" in result else "",
        "day": day, "days": days, "people_chart": safe_picture(chart),
        "table": [
            (label, _shown(calls[slot]), *(_shown(rows[name][slot]) for name in ("need", "planned", "actual")))
            for slot, label in enumerate(labels)
        ],
    }  # fmt: skip


def month_context(plan: Plan) -> dict[str, Any]:
    """Return how the simulated months spread, and the chance that the month keeps each objective."""
    result = plan.result or {}
    target, rates = float(plan.target_percent) / 100, list(result["rates"])
    low, high = _middle(rates)
    kept = sum(rate >= target for rate in rates) / len(rates)
    told = _(
        "シミュレーションした%(count)s回の月の応答率は%(low)sから%(high)sに9割が入り、%(kept)sが目標を満たします。"
    )
    told %= {"count": len(rates), "low": percent(low), "high": percent(high), "kept": percent(kept)}
    chart = distribution_chart(name="rates", title=_("月の応答率の分布"), rates=rates, target=target, told=told)
    return {
        "target": percent(target), "told": told, "kept": percent(kept), "rate_chart": safe_picture(chart),
        "chances": [
            (each["label"] if is_japanese() else each["label_en"], percent(each["chance"]))
            for each in result["chances"]
        ],
    }  # fmt: skip


def _of_day(table: Sequence[Sequence[float | None]], days: Sequence[str], day: str, count: int) -> list[float | None]:
    if day and table:
        return list(table[days.index(day)])
    return column_means(table, count)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}".removesuffix(".0")


def _middle(rates: Sequence[float]) -> tuple[float, float]:
    if len(rates) < 2:  # noqa: PLR2004  # one run has no spread
        return rates[0], rates[0]
    parts = quantiles(rates, n=20, method="inclusive")
    return parts[0], parts[-1]


def result_facts(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the lines a reader looks for first."""
    found = []
    if "achieved" in result:
        done = result["achieved"]
        found += [
            (_("実績の応答率"), percent(done["answer_rate"])),
            (_("着信数"), f"{done['attempts']:,.0f}"),
            (_("平均処理時間"), f"{done['handle_seconds'] or 0:.0f} {_('秒')}"),
        ]
    if "explained" in result:
        there = result["explained"]
        text = _("常時%(agents)s人（シミュレーションで%(rate)s）") % {
            "agents": there["agents"], "rate": percent(there["answer_rate"]),
        }  # fmt: skip
        found.append((_("実績を説明する要員"), text))
    found += [
        (_("音声案内での放棄"), percent(result["ivr_loss"])),
        (_("前提：かけ直しの割合"), percent(result["redial_share"])),
        (_("前提：待てる時間の平均"), f"{result['patience_seconds']:.0f} {_('秒')}"),
        (_("必要な要員"), _need_text(result["need_summary"])),
    ]
    if "eased" in result:
        label = _("音声案内での放棄が%(share)sなら") % {"share": percent(result["eased"]["ivr_loss"])}
        found.append((label, _need_text(result["eased"])))
    if "paid_hours" in result:
        found.append((_("有給時間"), f"{result['paid_hours']:,.0f} {_('時間')}"))
        found.append((_("人件費"), f"{result['cost_yen']:,} {_('円')}"))
        found.append((_("必要に足りない延べ時間"), f"{result['missing_hours']:,.1f}"))
    return found


def _need_text(need: Mapping[str, Any]) -> str:
    if not need["is_reachable"]:
        return _("目標には届きません。最大 %(most)s") % {"most": percent(need["most"])}
    given = {
        "mean": f"{need['mean_agents']:.1f}", "most": need["most_agents"], "hours": f"{need['agent_hours']:,.0f}",
        "rate": percent(need["most"]),
    }  # fmt: skip
    return _("平均%(mean)s人、最大%(most)s人、延べ%(hours)s時間で応答率%(rate)s") % given


def _forecast(result: Mapping[str, Any]) -> dict[str, Any] | None:
    if "method" not in result:
        return None
    return {
        "method": method_name(result["method"]), "known_until": result["known_until"],
        "calls": f"{sum(result['day_calls']):,.0f}",
        "errors": [(method_name(each["method"]), percent(each["error"]), percent(each["day_error"]))
                   for each in result["errors"]],
        "days": [
            (day, f"{calls:.0f}", f"{low:.0f}", f"{high:.0f}")
            for day, calls, low, high in zip(
                result["days"], result["day_calls"], result["day_low"], result["day_high"], strict=True
            )
        ],
        "effects": _effects(result),
    }  # fmt: skip


def _effects(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return by what factor each mark of a day changes calls and handling time, as learnt."""
    tables = (result["effects"], result.get("handle_effects", {}))
    names = dict.fromkeys(name for table in tables for name in table)
    calls, handling = ({name: f"{factor:.2f}" for name, factor in table.items()} for table in tables)
    return [(mark_name(name), calls.get(name, "-"), handling.get(name, "-")) for name in names]


def mark_name(name: str) -> str:
    """Return in words what marks a day: a weekday, the month's turn, the day of an announced event."""
    kind, _separator, number = name.rpartition(" ")
    if kind == "weekday":
        return date_format(FIRST_MONDAY + timedelta(days=int(number)), "l")
    if kind.endswith(" day"):
        announced = AnnouncedKind(kind.removesuffix(" day"))
        label = announced.label if is_japanese() else announced.label_en
        return _("%(kind)s %(number)s日目") % {"kind": label, "number": number}
    names = {
        "after a closed day": _("休日明け"), "after two closed working days": _("連休明け"),
        "month begins": _("月初"), "month ends": _("月末"), "fiscal year turns": _("年度替わり"),
    }  # fmt: skip
    return names[name]


def problems(result: Mapping[str, Any], names: Mapping[str, str] | None = None) -> list[str]:
    """Return in words what the roster lacks."""
    texts = {
        "shift": _("%(day)s：%(start)s始まりの%(name)sが%(count)s人足りません。"),
        "skill": _("%(day)s：技能「%(name)s」の人が%(count)s人足りません。"),
        "hours": _("%(day)sの週：%(name)sは下限に%(count)s時間足りません。"),
    }
    found = []
    for each in result.get("problems", ()):
        name = shift_name(each["name"]) if each["kind"] == "shift" else (names or {}).get(each["name"], each["name"])
        start = result["labels"][each["start"]]
        found.append(texts[each["kind"]] % {**each, "name": name, "start": start, "count": f"{each['count']:g}"})
    return found


def shift_name(kind: str) -> str:
    return {"full day": _("日勤"), "half day": _("半日")}.get(kind, kind)


def plan_book(plan: Plan, shifts: Sequence[Shift]) -> bytes:
    """Return a plan as a workbook: shifts, half hours, and what it was made from."""
    result = plan.result or {}
    rows: list[Sequence[Cell]] = [
        (
            f"{timezone.localdate(each.starts_at)}", each.person.name, shift_name(each.kind), _clock(each.starts_at),
            _clock(each.ends_at), _clock(each.break_starts_at), _clock(each.break_ends_at),
        )
        for each in shifts
    ]  # fmt: skip
    labels, days = result["labels"], result["days"]
    need, planned = result.get("eased", result)["need"], result.get("planned", [])
    actual = actual_rows(plan, result)
    half_hours: list[Sequence[Cell]] = [
        (
            day, label, result["calls"][row][slot], need[row][slot], planned[row][slot] if planned else None,
            actual[row][slot],
        )
        for row, day in enumerate(days)
        for slot, label in enumerate(labels)
    ]  # fmt: skip
    made: list[Sequence[Cell]] = [
        (_("契約"), plan.contract.name), (_("月"), f"{plan.month:%Y-%m}"), (_("版"), plan.number),
        (_("作成者"), plan.made_by.name), (_("作成日時"), f"{timezone.localtime(plan.made_at):%Y-%m-%d %H:%M}"),
        (_("応答率の目標（%）"), float(plan.target_percent)), (_("定義の版"), plan.definition_number),
        (_("乱数の種"), plan.seed), *result_facts(result),
    ]  # fmt: skip
    sheets = (
        Sheet(
            name=_("勤務"), rows=rows,
            header=(_("日"), _("要員"), _("勤務の種類"), _("始業"), _("終業"), _("休憩開始"), _("休憩終了")),
        ),
        Sheet(
            name=_("半時間"), rows=half_hours,
            header=(_("日"), _("時刻"), _("着信数（初回）"), _("必要"), _("計画"), _("実績")),
        ),
        Sheet(name=_("前提"), header=(_("項目"), _("内容")), rows=made),
    )  # fmt: skip
    return roster_book(title=f"{plan.contract.name} {plan.month:%Y-%m}", made_at=plan.made_at, sheets=sheets)


def _clock(at: datetime | None) -> str | None:
    return f"{timezone.localtime(at):%H:%M}" if at else None
