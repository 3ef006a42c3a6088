"""contract.toml as a value: parties, period, calendar, seasons, counting tables."""

from datetime import date, timedelta

from madoguchi.core.calendar.hours import BusinessCalendar, DayException, Interval, parse_hours
from madoguchi.core.calendar.periods import Period
from madoguchi.core.errors import Problem
from madoguchi.core.metrics.reader import Reader
from madoguchi.core.metrics.spec import CallCounting, Contract, NotJudged, SeasonPeriod, SilenceLimit, SurveyRound
from madoguchi.core.quality_vocabulary import Arrival
from madoguchi.core.vocabulary import CallOutcome, Season

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DEFAULT_OPEN = WEEKDAYS[:5]
FALLBACK = Period(start_date=date(2000, 1, 1), end_date=date(2000, 1, 2))
FORMAT = 1
MOST_SILENT_HOURS = 1_000
CONTRACT_FILE = "contract.toml"


def load_contract_table(reader: Reader) -> Contract:
    """Return the contract without its indicators; every problem is collected in the reader."""
    given = reader.integer("format", default=FORMAT)
    if given != FORMAT:
        reader.report("format", given=given, allowed=f"{FORMAT}, the only format there is")
    about = reader.child("contract") or Reader(file=reader.file, table={}, problems=reader.problems, path="contract")
    period = load_period(about) or FALLBACK
    evaluation = about.child("evaluation")
    contract = Contract(
        id=about.text("id", required=True),
        name=about.text("name", required=True),
        buyer=about.text("buyer"),
        supplier=about.text("supplier"),
        period=period,
        evaluation=(load_period(evaluation) if evaluation else None) or period,
        calendar=_load_calendar(reader),
        seasons=_load_seasons(reader),
        not_judged=_load_not_judged(reader),
        call_countings=_load_call_countings(reader),
        survey_rounds=_load_rounds(reader),
        silence_limits=_load_silence_limits(reader),
        order=reader.texts("order"),
    )
    for each in (about, evaluation):
        if each is not None:
            each.finish()
    reader.finish()
    return contract


def load_period(reader: Reader) -> Period | None:
    """Read `start_date` and `end_date`, both of them inside the period."""
    first, final = reader.day("start_date", required=True), reader.day("end_date", required=True)
    if first is None or final is None:
        return None
    if final < first:
        reader.report("end_date", given=str(final), allowed=f"a day not before {first}")
        return None
    return Period(start_date=first, end_date=final + timedelta(days=1))


def _load_calendar(reader: Reader) -> BusinessCalendar:
    child = reader.child("calendar") or Reader(file=reader.file, table={}, problems=reader.problems, path="calendar")
    usual = _load_hours(child, "hours", required=True)
    days = {name: usual if name in DEFAULT_OPEN else () for name in WEEKDAYS}
    for name in child.texts("closed_weekdays"):
        if name not in days:
            child.report("closed_weekdays", given=name, allowed="one of " + ", ".join(WEEKDAYS))
        days[name] = ()
    for name in WEEKDAYS:
        if child.has(name):
            days[name] = _load_hours(child, name)
    exceptions = _load_exceptions(child, usual=usual)
    settings = {
        "zone": child.text("zone", default="Asia/Tokyo"),
        "national": child.flag("closed_on_national_holidays", default=True),
        "year_end": child.flag("closed_at_year_end", default=True),
    }
    child.finish()
    try:
        return BusinessCalendar(
            zone=str(settings["zone"]),
            weekday_hours=tuple(days[name] for name in WEEKDAYS),
            observes_national_holidays=bool(settings["national"]),
            observes_year_end=bool(settings["year_end"]),
            exceptions=exceptions,
        )
    except ValueError as error:
        child.problems.append(Problem(where=child.file, key=child.path, given=str(error), allowed="see the message"))
        return BusinessCalendar(weekday_hours=((),) * 7)


def _load_hours(reader: Reader, name: str, *, required: bool = False) -> tuple[Interval, ...]:
    if required and not reader.has(name):
        reader.report(name, given="missing", allowed='a list of hours such as ["08:30-12:00", "13:00-17:45"]')
    hours = []
    for text in reader.texts(name):
        try:
            hours.append(parse_hours(text))
        except ValueError as error:
            reader.report(name, given=text, allowed=str(error))
    return tuple(hours)


def _load_exceptions(reader: Reader, *, usual: tuple[Interval, ...]) -> tuple[DayException, ...]:
    """Read `[[calendar.closed]]` and `[[calendar.open]]`; an open day has the usual hours unless it says."""
    exceptions = []
    for name in ("closed", "open"):
        for child in reader.children(name):
            day = child.day("date", required=True)
            hours = _load_hours(child, "hours") if name == "open" else ()
            if day is not None:
                hours = (hours or usual) if name == "open" else ()
                exceptions.append(DayException(date=day, hours=hours, reason=child.text("reason", required=True)))
            child.finish()
    return tuple(sorted(exceptions, key=lambda each: each.date))


def _load_seasons(reader: Reader) -> tuple[SeasonPeriod, ...]:
    seasons = []
    for child in reader.children("season"):
        season, period = child.word("season", Season), load_period(child)
        child.finish()
        if season is not None and period is not None:
            seasons.append(SeasonPeriod(season=season, period=period))
    return tuple(seasons)


def _load_not_judged(reader: Reader) -> tuple[NotJudged, ...]:
    stretches = []
    for child in reader.children("not_judged"):
        period = load_period(child)
        reason, indicators = child.text("reason", required=True), child.texts("indicators")
        child.finish()
        if period is not None:
            stretches.append(NotJudged(period=period, reason=reason, indicators=indicators))
    return tuple(stretches)


def _load_rounds(reader: Reader) -> tuple[SurveyRound, ...]:
    rounds = []
    for child in reader.children("survey_round"):
        period = load_period(child)
        round_id = child.text("id", required=True)
        label = child.text("label", default=round_id)
        child.finish()
        if period is not None:
            rounds.append(SurveyRound(id=round_id, label=label, period=period))
    return tuple(rounds)


def _load_silence_limits(reader: Reader) -> tuple[SilenceLimit, ...]:
    child = reader.child("silence")
    if child is None:
        return ()
    limits = [
        SilenceLimit(kind=kind, name=None, hours=_hours_silent(child, kind.value))
        for kind in Arrival
        if child.has(kind.value)
    ]
    for inner in child.children("source"):
        found, name = inner.word("kind", Arrival), inner.text("name", required=True)
        hours = _hours_silent(inner, "hours")
        inner.finish()
        if found is not None and (found, name) in [(each.kind, each.name) for each in limits]:
            inner.report("name", given=name, allowed="each source once")
        if found is not None and name:
            limits.append(SilenceLimit(kind=found, name=name, hours=hours))
    child.finish()
    return tuple(limits)


def _hours_silent(reader: Reader, name: str) -> int:
    if not reader.has(name):
        reader.report(name, given="missing", allowed="hours of opening, 0 for no alarm")
    return reader.integer(name, default=0, maximum=MOST_SILENT_HOURS)


def _load_call_countings(reader: Reader) -> tuple[CallCounting, ...]:
    countings = [_load_call_counting(child) for child in reader.children("call_counting")]
    return tuple(sorted(countings, key=lambda each: each.valid_from))


def _load_call_counting(child: Reader) -> CallCounting:
    start = child.text("short_abandon_from", default="queued_at")
    if start not in ("queued_at", "offered_at"):
        child.report("short_abandon_from", given=start, allowed="queued_at or offered_at")
    counting = CallCounting(
        valid_from=child.day("valid_from", required=True) or date.min,
        answered=_outcomes(child, "answered"),
        abandoned=_outcomes(child, "abandoned"),
        left_out=_outcomes(child, "left_out"),
        short_abandon_seconds=child.integer("short_abandon_seconds", default=0, maximum=3600),
        short_abandon_from=start,
    )
    child.finish()
    _check_places(child, counting)
    return counting


def _outcomes(reader: Reader, name: str) -> frozenset[CallOutcome]:
    outcomes = set()
    for word in reader.texts(name):
        if word in list(CallOutcome):
            outcomes.add(CallOutcome(word))
        else:
            reader.report(name, given=word, allowed="one of " + ", ".join(CallOutcome))
    return frozenset(outcomes)


def _check_places(reader: Reader, counting: CallCounting) -> None:
    """Every outcome has exactly one place, so that no call is silently in or out of a denominator."""
    for outcome in CallOutcome:
        places = sum(outcome in place for place in (counting.answered, counting.abandoned, counting.left_out))
        if places != 1:
            reader.report(
                "",
                given=f"{outcome} in {places} lists",
                allowed="each outcome in one of answered, abandoned, left_out",
            )
