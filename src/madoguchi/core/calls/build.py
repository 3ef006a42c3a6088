"""Every report by its name."""

from collections.abc import Callable, Mapping

from madoguchi.core.call_vocabulary import CallReport
from madoguchi.core.calls import checks, groups, menu, people, sessions, waits
from madoguchi.core.calls.counted import CallData
from madoguchi.core.calls.table import CallTable

REPORTS: Mapping[CallReport, Callable[[CallData], CallTable]] = {
    CallReport.DAYS: groups.by_day,
    CallReport.WEEKS: groups.by_week,
    CallReport.MONTHS: groups.by_month,
    CallReport.YEARS: groups.by_year,
    CallReport.LINES: groups.by_line,
    CallReport.QUEUES: groups.by_queue,
    CallReport.OUTCOMES: groups.by_outcome,
    CallReport.HALF_HOURS: groups.by_half_hour,
    CallReport.WEEKDAYS: groups.by_weekday,
    CallReport.HEAT: groups.heat,
    CallReport.WAITS: waits.waits,
    CallReport.ABANDONED: waits.abandoned,
    CallReport.IVR: waits.ivr,
    CallReport.MENU: menu.menu,
    CallReport.BUSY: people.busy,
    CallReport.AGENTS: people.agents,
    CallReport.SESSIONS: sessions.sessions,
    CallReport.OCCUPANCY: sessions.occupancy,
    CallReport.TRANSFERS: people.transfers,
    CallReport.REPEATS: people.repeats,
    CallReport.UNMATCHED: checks.unmatched,
    CallReport.QUALITY: checks.quality,
    CallReport.CORRECTIONS: checks.corrections,
}


def report_of(data: CallData, report: CallReport) -> CallTable:
    return REPORTS[report](data)
