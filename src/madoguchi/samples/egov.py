"""Facts for the e-Gov support centre, October 2018 to March 2019."""

from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.periods import Period, month_period
from madoguchi.core.events import Value
from madoguchi.samples.choose import durations, part_of, total_of
from madoguchi.samples.events import CallMonth, Event, Events, Maker, calls, milestone, split_handled
from madoguchi.samples.spread import answer_moments, local_moment

CATEGORIES = ("電子申請", "利用者環境", "利用者環境", "電子証明書", "申請状況照会", "パーソナライズ", "その他")
SUBJECTS = ("応対についての申出", "システムについての申出")
OPEN_DAY_SECONDS = 8 * 3600
REPORTED = date(2019, 3, 29)


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A published month; volumes are invented. Times are (minutes, seconds) and (hours, minutes)."""

    year: int
    month: int
    offered: int
    answer_rate: str
    handle_time: tuple[int, int]
    mails: int
    mail_time: tuple[int, int]
    first_line: str
    complaints: int

    def period(self) -> Period:
        return month_period(year=self.year, month=self.month)


MONTHS = (
    Month(year=2018, month=10, offered=3810, answer_rate="93.4", handle_time=(6, 0),
          mails=410, mail_time=(4, 9), first_line="99.6", complaints=1),
    Month(year=2018, month=11, offered=9120, answer_rate="43.0", handle_time=(6, 58),
          mails=1130, mail_time=(37, 8), first_line="99.2", complaints=0),
    Month(year=2018, month=12, offered=8240, answer_rate="43.5", handle_time=(7, 51),
          mails=1240, mail_time=(208, 47), first_line="98.4", complaints=0),
    Month(year=2019, month=1, offered=6050, answer_rate="67.4", handle_time=(7, 29),
          mails=980, mail_time=(101, 12), first_line="97.4", complaints=0),
    Month(year=2019, month=2, offered=5470, answer_rate="78.3", handle_time=(7, 15),
          mails=760, mail_time=(41, 47), first_line="97.6", complaints=0),
    Month(year=2019, month=3, offered=5930, answer_rate="81.5", handle_time=(6, 18),
          mails=690, mail_time=(11, 6), first_line="99.2", complaints=0),
)  # fmt: skip


def facts(maker: Maker) -> dict[str, Events]:
    """Return every fact table of the example."""
    tables: dict[str, Events] = {name: [] for name in ("calls", "tickets", "mails", "complaints", "leaks")}
    for month in MONTHS:
        for name, made in _month(maker, month).items():
            tables[name] += made
    due_at = local_moment(REPORTED, 16 * 3600, calendar=maker.calendar)
    confirmed = milestone(maker, name="duties", due_at=due_at, confirmed_by="主管係", evidence="業務完了報告書")
    return tables | {"milestones": [confirmed]}


def _month(maker: Maker, month: Month) -> dict[str, Events]:
    """Every answered call and every mail is one ticket; three fifths of those handed over came by mail."""
    made_calls = _calls(maker, month)
    answered = [call for call in made_calls if call["outcome"] == "answered"]
    received = len(answered) + month.mails
    handed_over = received - part_of(received, percent=month.first_line)
    by_mail = handed_over * 3 // 5
    mails = _mails(maker, month, handed_over=by_mail)
    passed_on = {id(call) for call in maker.rng.sample(answered, k=handed_over - by_mail)}
    tickets = [_ticket_of_call(maker, call, is_handed_over=id(call) in passed_on) for call in answered]
    tickets += [_ticket_of_mail(maker, mail) for mail in mails]
    complaints = _complaints(maker, month)
    return {"calls": made_calls, "mails": mails, "tickets": tickets, "complaints": complaints}


def _calls(maker: Maker, month: Month) -> Events:
    """Offered calls are the answered and the abandoned ones; busy, self-served and late ones come on top."""
    answered = part_of(month.offered, percent=month.answer_rate)
    abandoned = month.offered - answered
    in_menu = abandoned // 5
    minutes, seconds = month.handle_time
    total = total_of(answered, mean=60 * minutes + seconds, unit=1, rng=maker.rng)
    outcomes = (
        ("answered", answered),
        ("ivr_abandoned", in_menu),
        ("queue_abandoned", abandoned - in_menu),
        ("busy_pbx", month.offered // 60),
        ("ivr_selfservice", month.offered // 25),
        ("out_of_hours", month.offered // 30),
    )
    handled = split_handled(durations(answered, total=total, rng=maker.rng, least=60), rng=maker.rng)
    made = calls(maker, CallMonth(period=month.period(), outcomes=outcomes, handled=handled))
    for number, call in enumerate(each for each in made if each["outcome"] == "answered"):
        call["ticket"] = f"EG-{month.year}{month.month:02d}-T{number:05d}"
    return made


def _mails(maker: Maker, month: Month, *, handed_over: int) -> Events:
    """Answer most in opening hours; others answer what is handed over, weeks later, and it is left out."""
    hours, minutes = month.mail_time
    starts = maker.moments(month.mails, month.period())
    away = set(maker.rng.sample(range(month.mails), k=handed_over))
    own = [at for number, at in enumerate(starts) if number not in away]
    total = total_of(len(own), mean=60 * (60 * hours + minutes), unit=60, rng=maker.rng)
    answered = iter(answer_moments(own, total=total, calendar=maker.calendar, rng=maker.rng))
    made = []
    for number, at in enumerate(starts):
        reference = f"EG-{month.year}{month.month:02d}-M{number:05d}"
        answered_at = _much_later(maker, at) if number in away else next(answered)
        made.append(
            maker.event(
                "mails", reference, received_at=at, answered_at=answered_at, ticket=reference,
                handed_over=number in away,
            )
        )  # fmt: skip
    return made


def _much_later(maker: Maker, at: datetime) -> datetime:
    seconds = maker.rng.randrange(3 * OPEN_DAY_SECONDS, 30 * OPEN_DAY_SECONDS)
    return add_business_seconds(calendar=maker.calendar, start=at, seconds=seconds)


def _ticket_of_call(maker: Maker, call: Event, *, is_handed_over: bool) -> Event:
    at, answered_at, ended_at = (_moment(call[name]) for name in ("offered_at", "answered_at", "ended_at"))
    resolved_at = _much_later(maker, ended_at) if is_handed_over else ended_at
    return _ticket(
        maker, str(call["ticket"]), channel="phone", received_at=at, first_answered_at=answered_at,
        resolved_at=resolved_at, is_handed_over=is_handed_over,
    )  # fmt: skip


def _ticket_of_mail(maker: Maker, mail: Event) -> Event:
    at, answered_at = (_moment(mail[name]) for name in ("received_at", "answered_at"))
    return _ticket(
        maker, str(mail["ticket"]), channel="mail", received_at=at, first_answered_at=answered_at,
        resolved_at=answered_at, is_handed_over=mail["handed_over"] is True,
    )  # fmt: skip


def _ticket(maker: Maker, reference: str, *, is_handed_over: bool, **values: Value) -> Event:
    return maker.event(
        "tickets", reference, reference=reference, kind="inquiry", category=maker.rng.choice(CATEGORIES),
        resolved_by_first_line=not is_handed_over, handed_over=is_handed_over,
        escalated_to="主管係" if is_handed_over else None, **values,
    )  # fmt: skip


def _moment(value: Value) -> datetime:
    assert isinstance(value, datetime)
    return value


def _complaints(maker: Maker, month: Month) -> Events:
    """One complaint a month is about the system, not the desk: it is recorded and does not count."""
    attributable = [True] * month.complaints + [False]
    return [
        maker.event(
            "complaints", f"{at:%Y%m}-{number}", at=at, attributable=is_ours, summary=SUBJECTS[not is_ours],
        )
        for number, (at, is_ours) in enumerate(
            zip(maker.moments(len(attributable), month.period()), attributable, strict=True)
        )
    ]  # fmt: skip
