"""The board of a telephone system: written by the listener, shown to the people at the desk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.calls.fake_ami import event
from tests.desk_fixtures import signed_in
from tests.desk_world import World
from tests.loops import run_coroutine

from madoguchi.calls.ami.blocks import Blocks
from madoguchi.calls.ami.config import Telephone, read_telephones
from madoguchi.calls.ami.work import Listener
from madoguchi.calls.board import incoming_calls, live_board
from madoguchi.calls.models import Board
from madoguchi.core.errors import InvalidInputError
from madoguchi.core.vocabulary import RoleKind
from madoguchi.people.models import Person

OPERATOR, USER = RoleKind.OPERATOR, RoleKind.USER


def board(world: World, *, now: datetime, **content: object) -> Board:
    caller = {"number": "0312345001", "queue": "main", "joined_at": now.timestamp() - 75, "rings": ""}
    given = {"callers": [caller], "agents": [], "day": timezone.localdate(now).isoformat(), "answered": 9,
             "abandoned": 1}  # fmt: skip
    return Board.objects.create(contract=world.contract, heard_at=now, content=given | content)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_wallboard_shows_who_waits_and_says_that_it_is_not_judged(world: World) -> None:
    now = timezone.now()
    agents = [{"interface": "SIP/1", "name": "佐藤", "state": "paused", "reason": "後処理", "number": ""}]
    board(world, now=now, agents=agents)
    found = live_board(access=world.access[OPERATOR], now=now)
    assert found is not None
    assert (found.waiting, found.longest, found.rate) == ((("main", 1),), "1:15", "90.0%")
    assert dict(found.agents)["paused"] == 1
    page = text_of(signed_in(world, OPERATOR), "/c/alpha/calls/live/")
    assert "判定には使いません" in page
    assert "90.0%" in page
    assert "live/" in text_of(signed_in(world, OPERATOR), "/c/alpha/wallboard/")


def test_an_old_board_says_so_and_yesterdays_counts_are_not_todays(world: World) -> None:
    now = timezone.now()
    board(world, now=now - timedelta(minutes=5), day="2020-01-01")
    found = live_board(access=world.access[OPERATOR], now=now)
    assert found is not None
    assert (found.is_old, found.answered, found.rate) == (True, 0, "")
    assert "届いていません" in text_of(signed_in(world, OPERATOR), "/c/alpha/calls/live/")
    assert incoming_calls(access=world.access[OPERATOR], now=now) == []


def test_without_a_telephone_system_nothing_is_shown_and_nothing_asked_again(world: World, other: World) -> None:
    board(other, now=timezone.now())
    client = signed_in(world, OPERATOR)
    for path in ("live", "incoming"):
        assert "hx-get" not in text_of(client, f"/c/alpha/calls/{path}/")


def test_a_call_pops_the_callers_open_tickets(world: World) -> None:
    Person.objects.filter(pk=world.person(USER).pk).update(extension="03-1234-5001")
    ticket = world.ticket(subject="プリンターの件")
    world.ticket(subject="別の人の件", requester=RoleKind.RESPONSIBLE_DIVISION)
    board(world, now=timezone.now())
    page = text_of(signed_in(world, OPERATOR), "/c/alpha/calls/incoming/")
    assert f"/c/alpha/tickets/{ticket.number}/" in page
    assert world.person(USER).name in page
    assert "別の人の件" not in page
    new = text_of(signed_in(world, OPERATOR), "/c/alpha/desk/new/?channel=phone&caller=0312345001")
    assert f"{world.person(USER).name} #{world.person(USER).pk}" in new


def test_a_withheld_number_is_nobodys_and_an_unknown_one_stands_in_the_new_ticket(world: World) -> None:
    now = timezone.now()
    caller = {"number": "", "queue": "main", "joined_at": now.timestamp(), "rings": ""}
    board(world, now=now, callers=[caller])
    page = text_of(signed_in(world, OPERATOR), "/c/alpha/calls/incoming/")
    assert "非通知・不明" in page
    assert "caller=" not in page
    new = text_of(signed_in(world, OPERATOR), "/c/alpha/desk/new/?caller=%2B81-45-111-2222")
    assert "発信者番号: 0451112222" in new
    assert "発信者番号" not in text_of(signed_in(world, OPERATOR), "/c/alpha/desk/new/?caller=<script>%00")


def test_a_person_sees_the_calls_at_their_own_telephone_first(world: World) -> None:
    now = timezone.now()
    world.person(OPERATOR).extension = "1001"
    callers = [
        {"number": f"031234500{number}", "queue": "main", "joined_at": now.timestamp(), "rings": rings}
        for number, rings in ((1, ""), (2, "PJSIP/1001"), (3, "SIP/1002"))
    ]
    agents = [{"interface": "Local/1001@from-queue/n", "name": "", "state": "talking", "reason": "", "number": "09"}]
    board(world, now=now, callers=callers, agents=agents)
    found = incoming_calls(access=world.access[OPERATOR], now=now)
    assert found is not None
    assert [(each.number, each.is_answered) for each in found] == [("09", True), ("0312345002", False)]


def test_what_the_telephone_system_says_reaches_the_board_and_is_counted_on_from(world: World) -> None:
    telephone = Telephone(
        name="pbx", host="127.0.0.1", port=1, account="a", secret="s", has_tls=False,
        queues=(("main", "alpha"), ("elsewhere", "beta")),
    )  # fmt: skip
    listener = Listener(telephone)
    stream = (
        event("QueueMember", Queue="main", Name="佐藤", Location="SIP/1001", Status="1", Paused="0"),
        event("QueueEntry", Queue="main", Uniqueid="1.1", CallerIDNum="0312345001", Wait="30"),
        event("QueueCallerJoin", Queue="elsewhere", Uniqueid="1.2"),
        event("QueueCallerAbandon", Queue="main", Uniqueid="1.3"),
    )
    for block in Blocks().feed(b"".join(stream)):
        listener.heard(block)
    listener.publish({key: state.content() for key, state in listener.states.items()})
    kept = Board.objects.get()
    [caller] = kept.content["callers"]
    assert (kept.contract, caller["number"]) == (world.contract, "0312345001")
    assert datetime.now(tz=UTC).timestamp() - caller["joined_at"] > 29
    assert kept.content["agents"][0]["state"] == "free"
    restarted = Listener(telephone)
    restarted.resume()
    assert restarted.states["alpha"].abandoned == 1
    run_coroutine(listener.lost("away" * 100))
    listener.publish({key: state.content() for key, state in listener.states.items()})
    assert "away" in Board.objects.get().problem
    assert Board.objects.get().content["callers"] == []


WRONG = [
    ("", "at least one"),
    ("[[pbx]]\nname = 'x'\n", "host"),
    ("[[pbx]]\nname = 'x'\nhost = 'h'\naccount = 'a'\nport = 0\n[pbx.queues]\nmain = 'alpha'\n", "port"),
    ("[[pbx]]\nname = 'x'\nhost = 'h'\naccount = \"a\\r\\nAction: Originate\"\n[pbx.queues]\nm = 'a'\n", "account"),
    ("[[pbx]]\nname = 'x'\nhost = 'h'\naccount = 'a'\n", "queues"),
    ("[[pbx]]\nname = 'x'\nhost = 'h'\naccount = 'a'\nsecret_file = 'none'\n[pbx.queues]\nm = 'a'\n", "secret_file"),
    ("[[pbx]]\nname = 'x'\nhost = 'h'\naccount = 'a'\nmore = 1\n[pbx.queues]\nm = 'a'\n", "more"),
    ("[[pbx", "TOML"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_file_of_telephone_systems_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "telephones.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError) as refused:
        read_telephones(path, secret="s")
    assert any(said in str(each) for each in refused.value.problems)


def test_a_right_file_is_read_with_its_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    path = tmp_path / "telephones.toml"
    path.write_text(
        "[[pbx]]\nname = 'pbx'\nhost = 'pbx.example.jp'\naccount = 'madoguchi'\nsecret_file = 'secret'\n"
        "[pbx.queues]\nmain = 'alpha'\n", encoding="utf-8",
    )  # fmt: skip
    [found] = read_telephones(path, secret="")
    assert (found.port, found.has_tls, found.secret, found.queues) == (5039, True, "s3cret", (("main", "alpha"),))
