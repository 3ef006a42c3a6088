"""Five example desks on a busy morning: people, knowledge, tickets under way, made through the same operations."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from madoguchi.contracts.access import Access
from madoguchi.contracts.definitions import definitions_on
from madoguchi.contracts.models import Contract
from madoguchi.contracts.operations import add_contract, give_role
from madoguchi.core.calendar.elapsed import add_business_seconds
from madoguchi.core.calendar.hours import BusinessCalendar
from madoguchi.core.vocabulary import (
    Act,
    ArticleKind,
    ArticleState,
    Attribution,
    Audience,
    Channel,
    Priority,
    RoleKind,
    TicketKind,
    Tier,
    Visibility,
)  # fmt: skip
from madoguchi.desk.models import AnswerTemplate, Category, Queue, Ticket
from madoguchi.desk.operations.act import Step, act_on
from madoguchi.desk.operations.receive import NewTicket, receive_ticket
from madoguchi.knowledge.operations import ArticleContent, add_article
from madoguchi.people.models import Organisation, Person
from madoguchi.people.operations import add_person
from madoguchi.samples.desk_texts import ARTICLES, CATEGORIES, MATTERS, PEOPLE, TEMPLATES
from madoguchi.samples.living_documents import add_documents
from madoguchi.samples.living_mail import fill_box
from madoguchi.samples.living_monitoring import add_monitoring
from madoguchi.samples.living_surveys import add_surveys
from madoguchi.samples.living_works import add_works
from madoguchi.samples.macros import add_macros
from madoguchi.samples.shifted import moved_to

SEED = 20261121
PASSWORD = "madoguchi-demo"  # noqa: S105  # printed for everybody who tries the demo
SETUP = "system:setup"
DAYS_BACK = 30
EARLIER = 16
STAFF = (
    ("operator", RoleKind.OPERATOR, "青木 凛", "あおき りん"),
    ("operator2", RoleKind.OPERATOR, "石田 悠", "いしだ ゆう"),
    ("manager", RoleKind.OPERATIONS_MANAGER, "上野 修", "うえの おさむ"),
    ("division", RoleKind.RESPONSIBLE_DIVISION, "江口 真理", "えぐち まり"),
    ("vendor", RoleKind.VENDOR, "大野 剛", "おおの つよし"),
    ("auditor", RoleKind.AUDITOR, "川島 律", "かわしま りつ"),
    ("admin", RoleKind.ADMINISTRATOR, "北村 司", "きたむら つかさ"),
    ("user", RoleKind.USER, "久保 葵", "くぼ あおい"),
)
CHANNELS = (Channel.PHONE, Channel.PHONE, Channel.PHONE, Channel.WEB, Channel.MAIL, Channel.COUNTER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A contract's desk while it is filled."""

    contract: Contract
    people: Mapping[str, Access]
    users: tuple[Person, ...]
    queues: Mapping[Tier, Queue]
    categories: Mapping[str, Category]


def build_desk(*, key: str, texts: Mapping[str, str], now: datetime, ticket_count: int) -> Desk:
    """Make a contract's desk with its people, knowledge and so many tickets received up to now."""
    contract = add_contract(key=key, texts=moved_to(texts, day=now.date()), actor=SETUP, at=now)
    desk = _with_people(contract, now=now)
    _add_knowledge(desk, now=now)
    add_macros(manager=desk.people["manager"], second_line=desk.queues[Tier.SECOND_LINE], now=now)
    chance = random.Random(f"{SEED}-{key}")  # noqa: S311  # invented data, the same every time
    calendar = definitions_on(contract=contract, day=now.date()).promised.calendar
    latest = latest_open_moment(calendar, now)
    for received_at in [*_earlier(calendar, now, chance), *_moments(calendar, chance, count=ticket_count, now=latest)]:
        _live_through(desk, chance, received_at=received_at, now=latest)
    fill_box(contract=contract, senders=desk.users, actor=SETUP, now=latest)
    add_surveys(contract=contract, manager=desk.people["manager"], now=now)
    add_works(desk.people, desk.users, now=latest)
    add_monitoring(contract=contract, people=desk.people, now=now)
    add_documents(manager=desk.people["manager"], division=desk.people["division"], now=now)
    return desk


def _with_people(contract: Contract, *, now: datetime) -> Desk:
    buyer, _ = Organisation.objects.get_or_create(key=f"{contract.key}-buyer", defaults={"name": "発注府省"})
    supplier, _ = Organisation.objects.get_or_create(key=f"{contract.key}-supplier", defaults={"name": "受託事業者"})
    vendor, _ = Organisation.objects.get_or_create(key=f"{contract.key}-vendor", defaults={"name": "機器保守株式会社"})
    homes = {
        RoleKind.USER: buyer,
        RoleKind.RESPONSIBLE_DIVISION: buyer,
        RoleKind.AUDITOR: buyer,
        RoleKind.VENDOR: vendor,
    }
    start = contract.start_date
    people = {}
    for name, kind, full_name, reading in STAFF:
        home = homes.get(kind, supplier)
        person = add_person(
            name=full_name,
            reading=reading,
            sign_in_name=f"{name}-{contract.key}",
            password=PASSWORD,
            mail=f"{name}-{contract.key}@example.jp",
            organisation=home,
            actor=SETUP,
            at=now,
            chain=contract.key,
        )
        give_role(contract=contract, person=person, kind=kind, start_date=start, actor=SETUP, at=now, organisation=home)
        people[name] = Access(
            contract=contract, person=person, roles=frozenset((kind,)), organisations=frozenset((home.pk,))
        )
    users = tuple(_users(contract, buyer, start=start, now=now))
    queues = {
        tier: Queue.objects.create(contract=contract, key=key, name=name, tier=tier.value, organisation=home)
        for tier, key, name, home in (
            (Tier.FIRST_LINE, "first", "一次窓口", None),
            (Tier.SECOND_LINE, "second", "運用管理", None),
            (Tier.RESPONSIBLE_DIVISION, "division", "主管課", None),
            (Tier.VENDOR, "vendor", "機器保守", vendor),
        )
    }
    categories = {key: Category.objects.create(contract=contract, key=key, name=name) for key, name in CATEGORIES}
    return Desk(contract=contract, people=people, users=users, queues=queues, categories=categories)


def _users(contract: Contract, home: Organisation, *, start: date, now: datetime) -> Iterator[Person]:
    for number, (name, reading) in enumerate(PEOPLE):
        person = add_person(
            name=name, reading=reading, extension=str(2100 + number), organisation=home, actor=SETUP, at=now,
            mail=f"user{number}-{contract.key}@example.jp", chain=contract.key,
        )  # fmt: skip
        give_role(contract=contract, person=person, kind=RoleKind.USER, start_date=start, actor=SETUP, at=now)
        yield person


def _add_knowledge(desk: Desk, *, now: datetime) -> None:
    for number, (title, audience, body) in enumerate(ARTICLES):
        content = ArticleContent(
            kind=ArticleKind.PROCEDURE if audience == "operators" else ArticleKind.FAQ,
            audience=Audience(audience),
            state=ArticleState.PUBLISHED,
            title=title,
            body=body,
            review_date=now.date() + timedelta(days=30 * number - 20),
        )
        add_article(access=desk.people["manager"], content=content, at=now)
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(contract=desk.contract, name=name, text=text, resolves=resolves)
        for name, text, resolves in TEMPLATES
    )


def latest_open_moment(calendar: BusinessCalendar, now: datetime) -> datetime:
    """Return now where the desk is open, else a minute before its latest closing."""
    for back in range(DAYS_BACK):
        day = calendar.local_date(now) - timedelta(days=back)
        midnight = datetime.combine(day, time(), tzinfo=UTC) - timedelta(seconds=calendar.utc_offset_seconds)
        for interval in reversed(calendar.hours_on(day)):
            opens, closes = (midnight + timedelta(seconds=second) for second in (interval.start, interval.end))
            if opens < now:
                return min(now, closes - timedelta(minutes=1))
    return now


def _moments(calendar: BusinessCalendar, chance: random.Random, *, count: int, now: datetime) -> list[datetime]:
    """Return moments of receipt in opening hours: most over three weeks, a third in the latest two hours."""
    found: list[datetime] = []
    while len(found) < count:
        is_fresh = len(found) % 3 == 0
        back = (
            timedelta(minutes=chance.randrange(3, 120))
            if is_fresh
            else timedelta(minutes=chance.randrange(120, 30_000))
        )
        moment = add_business_seconds(calendar=calendar, start=now - back, seconds=chance.randrange(1, 60))
        if moment < now:
            found.append(moment.replace(microsecond=0))
    return sorted(found)


def _earlier(calendar: BusinessCalendar, now: datetime, chance: random.Random) -> list[datetime]:
    """Return some moments of receipt in opening hours of the two months before the latest three weeks."""
    days = sorted(chance.sample(range(DAYS_BACK, 3 * DAYS_BACK), EARLIER), reverse=True)
    return [
        add_business_seconds(calendar=calendar, start=now - timedelta(days=back), seconds=chance.randrange(1, 3_600))
        for back in days
    ]


def _live_through(desk: Desk, chance: random.Random, *, received_at: datetime, now: datetime) -> None:
    """Receive a matter and let the desk work on it as far as time allows."""
    kind, category, subject, text, answer = chance.choice(MATTERS)
    operator = desk.people[chance.choice(("operator", "operator2"))]
    channel = chance.choice(CHANNELS)
    is_own = channel is Channel.WEB and chance.random() < 0.5  # noqa: PLR2004  # half of them by the demo's own user
    new = NewTicket(
        requester=desk.people["user"].person if is_own else chance.choice(desk.users),
        kind=TicketKind(kind),
        channel=channel,
        subject=subject,
        text=text,
        received_at=received_at,
        category=desk.categories[category],
        priority=chance.choices((Priority.NORMAL, Priority.HIGH, Priority.LOW), (8, 1, 1))[0],
    )
    ticket = receive_ticket(access=operator, new=new, now=received_at)
    at = received_at
    for step, minutes in _story(desk, chance, kind=kind, answer=answer):
        at += timedelta(minutes=minutes)
        if at > now:
            return
        access = _who(desk, operator, ticket, step)
        ticket = act_on(access=access, ticket_id=ticket.pk, version=None, steps=[step], now=at)


def _who(desk: Desk, operator: Access, ticket: Ticket, step: Step) -> Access:
    if step.act is Act.RETURN and ticket.tier == Tier.VENDOR:
        return desk.people["vendor"]
    return desk.people["manager"] if ticket.tier == Tier.SECOND_LINE else operator


def _story(desk: Desk, chance: random.Random, *, kind: str, answer: str) -> Iterator[tuple[Step, int]]:
    """Yield steps with the minutes before each."""
    yield Step(act=Act.TAKE), chance.randrange(2, 40)
    if kind == "complaint":
        yield Step(act=Act.COMPLAIN, fields={"attribution": Attribution.OTHER.value}), 5
    if kind in ("incident", "fault") and chance.random() < 0.5:  # noqa: PLR2004
        yield Step(act=Act.ESCALATE, queue=desk.queues[Tier.SECOND_LINE], text="切り分けをお願いします。"), 20
        yield Step(act=Act.ESCALATE, queue=desk.queues[Tier.VENDOR], text="機器の確認をお願いします。"), 30
        yield Step(act=Act.PROGRESS, visibility=Visibility.PUBLIC, text="保守事業者が確認しています。"), 15
        yield Step(act=Act.RETURN, queue=desk.queues[Tier.FIRST_LINE], text="対応しました。"), chance.randrange(60, 600)
    yield Step(act=Act.ANSWER, visibility=Visibility.PUBLIC, text=answer), chance.randrange(5, 180)
    if chance.random() < 0.85:  # noqa: PLR2004
        yield Step(act=Act.RESOLVE, visibility=Visibility.PUBLIC), chance.randrange(5, 1500)
