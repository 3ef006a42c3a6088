"""Tickets written by bulk in the shape that the desk's operations leave them in."""

import random
from datetime import timedelta

from bench.desk import PLANTED, WORD
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from tests.desk_world import make_world

from madoguchi.api.operations import give_token
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import RoleKind
from madoguchi.desk.models import NEVER, Activity, Queue, Ticket, TicketNumber
from madoguchi.knowledge.search.index import Text, TextKind, file_texts
from madoguchi.people.models import Person

BATCH = 5_000
OPEN_SHARE = 0.02
PLACES = ("本館", "別館", "会議室", "受付", "資料室", "研修室", "地下倉庫", "分室")
THINGS = (
    "プリンター",
    "端末",
    "無線LAN",
    "電話機",
    "共有フォルダー",
    "メール",
    "USBメモリ",
    "申請画面",
    "アカウント",
    "複合機",
)
TROUBLES = (
    "印刷できない",
    "つながらない",
    "遅い",
    "表示されない",
    "起動しない",
    "設定を変えたい",
    "使い方を知りたい",
    "紛失した",
)


def way_in() -> dict[str, str]:
    """Return an operator's session and a token, making the contract when it is not there."""
    if not Contract.objects.filter(key="bench").exists():
        world = make_world("bench")
        Person.objects.bulk_create(
            Person(name=f"利用者{number}", search_key=f"利用者{number}") for number in range(2_000)
        )
        assert world.contract.key == "bench"
    operator = Person.objects.get(sign_in_name=f"{RoleKind.OPERATOR.value}-bench")
    session = SessionStore()
    session[SESSION_KEY] = str(operator.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = operator.get_session_auth_hash()
    session.save()
    token = give_token(person=operator, name="bench", may_write=True, days=1, actor="system:bench", at=timezone.now())
    return {"session": str(session.session_key), "token": token}


def fill(*, count: int, start: int) -> None:
    contract, chance = Contract.objects.get(key="bench"), random.Random(start)
    people = list(Person.objects.filter(sign_in_name__isnull=True).values_list("pk", flat=True))
    operator = Person.objects.get(sign_in_name=f"{RoleKind.OPERATOR.value}-bench")
    queue = Queue.objects.filter(contract=contract, key="first").get()
    latest = TicketNumber.objects.filter(contract=contract).values_list("latest", flat=True).first() or 0
    planted = set(chance.sample(range(count), PLANTED)) if start == 0 else set()
    for done in range(0, count, BATCH):
        size = min(BATCH, count - done)
        tickets = [
            _ticket(
                contract,
                queue,
                operator,
                chance,
                people,
                number=latest + done + each + 1,
                is_planted=done + each in planted,
            )
            for each in range(size)
        ]
        Ticket.objects.bulk_create(tickets)
        Activity.objects.bulk_create([step for ticket in tickets for step in _steps(ticket, operator)])
        texts = [Text(kind=TextKind.TICKET, object_id=each.pk, title=each.subject, body=each.text) for each in tickets]
        file_texts(contract=contract, texts=texts, are_new=True)
    TicketNumber.objects.update_or_create(contract=contract, defaults={"latest": latest + count})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _ticket(
    contract: Contract,
    queue: Queue,
    operator: Person,
    chance: random.Random,
    people: list[int],
    *,
    number: int,
    is_planted: bool,
) -> Ticket:
    place, thing, trouble = chance.choice(PLACES), chance.choice(THINGS), chance.choice(TROUBLES)
    is_open = chance.random() < OPEN_SHARE
    received_at = timezone.now() - timedelta(seconds=chance.randrange(60, 40_000_000))
    subject = f"{place}の{thing}が{trouble}" + (f"（{WORD}）" if is_planted else "")
    return Ticket(
        contract=contract,
        number=number,
        kind="fault",
        channel="phone",
        subject=subject,
        state="in_progress" if is_open else "resolved",
        text=f"{place}{chance.randrange(1, 12)}階の{thing}が今朝から{trouble}と連絡。{chance.randrange(10_000)}番。",
        requester_id=chance.choice(people),
        received_at=received_at,
        tier="first_line",
        queue=queue,
        assignee=operator if chance.random() < 0.5 else None,
        activity_count=3,
        latest_at=received_at + timedelta(hours=1),
        first_answered_at=received_at + timedelta(minutes=20),
        resolved_at=None if is_open else received_at + timedelta(hours=1),
        due_order_at=received_at + timedelta(hours=1) if is_open else NEVER,
        next_due_at=received_at + timedelta(hours=1) if is_open else None,
        version=3,
    )


def _steps(ticket: Ticket, operator: Person) -> list[Activity]:
    acts = [
        ("receive", "received", 0),
        ("answer", "in_progress", 20),
        ("resolve" if ticket.resolved_at else "note", ticket.state, 60),
    ]
    return [
        Activity(
            ticket=ticket,
            number=number,
            act=act,
            at=ticket.received_at + timedelta(minutes=minutes),
            actor=operator,
            recorded_at=ticket.received_at + timedelta(minutes=minutes),
            visibility="public",
            text="対応しました。" if number > 1 else "",
            fields={"to_state": state, "tier": "first_line", "queue": "first", "kind": "fault", "priority": "normal"},
        )
        for number, (act, state, minutes) in enumerate(acts, start=1)
    ]
