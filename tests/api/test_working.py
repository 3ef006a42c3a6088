"""What people do at the desk, done by programs: acts, files, articles, macros, several tickets at once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.callers import BASE, GIVEN, Caller, fields
from tests.desk_world import World

from madoguchi.core.vocabulary import Act, RoleKind, Tier
from madoguchi.desk.models import Activity, ArticleUse, Attachment, Macro, SavedFilter, Ticket
from madoguchi.knowledge.models import Article

ARTICLE = {"title": "紙詰まり", "body": "カバーを開けます。", "state": "published"}
MACRO = {
    "name": "再起動の案内", "takes": True, "category": "printer", "priority": "low", "note": "{{requester}} へ案内",
    "answer": "{{requester}} 様\n{{reference}}「{{subject}}」は再起動してください。", "resolves": True,
}  # fmt: skip


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(world, RoleKind.OPERATOR)


@pytest.fixture
def manager(world: World) -> Caller:
    return Caller(world, RoleKind.OPERATIONS_MANAGER)


def act(caller: Caller, ticket: Ticket, **given: object) -> Any:  # noqa: ANN401
    return caller.send("POST", f"{BASE}/tickets/{ticket.number}/acts", given)


def detail(caller: Caller, ticket: Ticket) -> Any:  # noqa: ANN401
    return caller.send("GET", f"{BASE}/tickets/{ticket.number}").json()


def test_everything_a_person_does_to_a_ticket_a_program_does(caller: Caller, world: World) -> None:
    ticket, other, third = world.ticket(), world.ticket(subject="別件"), world.ticket(subject="同じ件")
    sorted_out = act(caller, ticket, act="classify", category="printer", priority="high", kind="incident", version=1)
    assert (sorted_out.json()["category"], sorted_out.json()["priority"]) == ("printer", "high")
    assert act(caller, ticket, act="link", other=other.number, link="duplicate").status_code == 200
    assert act(caller, ticket, act="link", other=other.number, link="parent").status_code == 200
    assert act(caller, ticket, act="watch", is_watching=True).status_code == 200
    seen = detail(caller, ticket)
    links = [(each["kind"], each["ticket"]["number"], each["is_from_other"]) for each in seen["links"]]
    assert links == [("duplicate", other.number, False)]
    assert (seen["parent"]["number"], seen["is_watching"]) == (other.number, True)
    assert [each["number"] for each in detail(caller, other)["children"]] == [ticket.number]
    assert act(caller, ticket, act="unlink", other=other.number, link="parent").status_code == 200
    assert detail(caller, ticket)["parent"] is None
    merged = act(caller, third, act="merge", other=ticket.number, version=1)
    assert (merged.json()["state"], detail(caller, third)["merged_into"]["number"]) == ("withdrawn", ticket.number)
    corrected = act(caller, ticket, act="correct", corrects=2, corrected_at="2026-05-20T10:30:00+09:00", text="誤記")
    assert corrected.status_code == 200, corrected.content
    assert detail(caller, ticket)["activities"][1]["corrects"] == 2


def test_an_answer_resolves_and_counts_the_article_it_came_from(caller: Caller, world: World) -> None:
    ticket = world.ticket()
    article = caller.send("POST", f"{BASE}/articles", ARTICLE).json()
    done = act(caller, ticket, act="answer", text="カバーを開けます。", resolves=True, article=article["id"], version=1)
    assert done.json()["state"] == "resolved"
    assert ArticleUse.objects.get().article_id == article["id"]
    missing = act(caller, world.ticket(), act="answer", text="x", article=999_999)
    assert (missing.status_code, fields(missing)) == (422, ["article"])
    assert Activity.objects.filter(act="answer").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"act": "classify"}, "kind"), ({"act": "classify", "category": "none"}, "category"),
        ({"act": "link", "link": "related"}, "other"), ({"act": "link", "other": 1}, "link"),
        ({"act": "link", "other": 1, "link": "no_parent"}, "link"), ({"act": "unlink", "link": "related"}, "other"),
        ({"act": "unlink", "other": 1}, "link"), ({"act": "unlink", "other": 999, "link": "parent"}, "other"),
        ({"act": "unlink", "other": 1, "link": "related"}, "other"),
        ({"act": "unlink", "other": 1, "link": "parent"}, "other"),
        ({"act": "link", "other": 999, "link": "related"}, "other"), ({"act": "merge", "other": 1}, "version"),
        ({"act": "correct", "corrects": 9, "corrected_at": "2026-05-20T10:00:00Z"}, "corrects"),
        ({"act": "correct", "corrects": 1}, "corrected_at"), ({"act": "wait", "waits_for": "godot"}, "waits_for"),
        ({"act": "agree_due"}, "agreed_due_at"), ({"act": "hand_over"}, "text"),
        ({"act": "note", "text": "a\0"}, "text"),
    ],
)  # fmt: skip
def test_what_an_act_lacks_is_named(caller: Caller, world: World, given: dict[str, object], field: str) -> None:
    refused = act(caller, world.ticket(), **given)
    assert (refused.status_code, fields(refused)) == (422, [field]), refused.content
    assert Activity.objects.count() == 1


def upload(caller: Caller, number: int, content: bytes, *, key: str = "", **given: str) -> Any:  # noqa: ANN401
    file = SimpleUploadedFile("写真.png", content, content_type="image/png")
    headers = {"authorization": f"Bearer {caller.secret}"} | ({"idempotency-key": key} if key else {})
    return caller.client.post(f"{BASE}/tickets/{number}/files", {"file": file, **given}, headers=headers)


def test_files_are_added_once_listed_and_handed_out(caller: Caller, world: World) -> None:
    ticket, user = world.ticket(), Caller(world, RoleKind.USER)
    first = upload(caller, ticket.number, b"\x89PNG", key="f1", is_public="true")
    again = upload(caller, ticket.number, b"\x89PNG", key="f1", is_public="true")
    assert (first.status_code, first.json()) == (201, again.json())
    assert upload(caller, ticket.number, b"other", key="f1").status_code == 409
    assert upload(caller, ticket.number, b"inside").status_code == 201
    assert Attachment.objects.count() == 2
    listed = user.send("GET", f"{BASE}/tickets/{ticket.number}/files").json()
    assert [(each["name"], each["visibility"]) for each in listed] == [("写真.png", "public")]
    content = user.send("GET", f"{BASE}/tickets/{ticket.number}/files/{listed[0]['id']}")
    assert (content.content, content["Content-Type"]) == (b"\x89PNG", "application/octet-stream")
    assert content["Content-Disposition"].startswith("attachment")
    hidden = Attachment.objects.get(visibility="internal").pk
    assert user.send("GET", f"{BASE}/tickets/{ticket.number}/files/{hidden}").status_code == 404
    assert (upload(caller, ticket.number, b"").status_code, fields(upload(caller, ticket.number, b""))) == (
        422,
        ["file"],
    )


def test_articles_are_drafted_changed_published_withdrawn_and_keep_their_versions(caller: Caller, world: World) -> None:
    user = Caller(world, RoleKind.USER)
    draft = caller.send("POST", f"{BASE}/articles", {"title": "案", "body": "書きかけ"}).json()
    path = f"{BASE}/articles/{draft['id']}"
    assert (draft["state"], user.send("GET", path).status_code) == ("draft", 404)
    changed = caller.send("PUT", path, ARTICLE | {"state": "draft", "version": 1})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = caller.send("PUT", path, ARTICLE | {"version": 1})
    assert (stale.status_code, fields(stale)) == (409, ["version"])
    assert caller.send("POST", f"{path}/state", {"state": "published", "version": 2}).status_code == 200
    assert user.send("GET", path).json()["title"] == "紙詰まり"
    assert [each["id"] for each in user.send("GET", f"{BASE}/articles?q=カバー").json()] == [draft["id"]]
    assert [each["id"] for each in user.send("GET", f"{BASE}/articles").json()] == [draft["id"]]
    assert user.send("GET", f"{path}/versions").status_code == 403
    assert caller.send("POST", f"{path}/state", {"state": "retired", "version": 3}).status_code == 200
    assert user.send("GET", path).status_code == 404
    versions = caller.send("GET", f"{path}/versions").json()
    assert [(each["number"], each["state"]) for each in versions] == [
        (4, "retired"), (3, "published"), (2, "draft"), (1, "draft"),
    ]  # fmt: skip
    assert user.send("POST", f"{BASE}/articles", ARTICLE).status_code == 403
    assert Article.objects.count() == 1


def test_a_macro_does_all_of_its_steps_or_none(manager: Caller, caller: Caller, world: World) -> None:
    assert caller.send("POST", f"{BASE}/macros", MACRO).status_code == 403
    made = manager.send("POST", f"{BASE}/macros", MACRO)
    assert made.status_code == 201, made.content
    ticket, path = world.ticket(subject="{{requester}}が動かない"), f"{BASE}/macros/{made.json()['id']}"
    run = f"{BASE}/tickets/{ticket.number}/macros/{made.json()['id']}"
    stale = caller.send("POST", run, {"version": 9})
    assert (stale.status_code, Activity.objects.count()) == (409, 1)
    done = caller.send("POST", run, {"version": 1})
    assert (done.json()["state"], done.json()["category"], done.json()["priority"]) == ("resolved", "printer", "low")
    steps = list(Activity.objects.order_by("number").values_list("act", "visibility"))
    assert steps[1:] == [
        ("take", "internal"), ("classify", "internal"), ("note", "internal"), ("answer", "public"),
        ("resolve", "public"),
    ]  # fmt: skip
    name = world.person(RoleKind.USER).name
    text = Activity.objects.get(act="answer").text
    assert text == f"{name} 様\n{ticket.reference}「{{{{requester}}}}が動かない」は再起動してください。"
    refused = caller.send("POST", run, {})
    assert refused.status_code == 409
    assert "完了" in refused.json()["problems"][0]["message"]
    assert Activity.objects.count() == 6
    changed = manager.send("PUT", path, MACRO | {"version": 1, "resolves": False, "queue": "second"})
    assert (changed.json()["version"], changed.json()["queue"], changed.json()["resolves"]) == (2, "second", False)
    assert manager.send("PUT", path, MACRO | {"version": 1}).status_code == 409
    assert [each["name"] for each in caller.send("GET", f"{BASE}/macros").json()] == [MACRO["name"]]
    assert manager.send("DELETE", path).status_code == 204
    assert Macro.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"), ({"waits_for": "requester"}, "waits_for"), ({"answer": "{{password}}"}, "answer"),
        ({"note": "{{ ticket.secret }}"}, "note"), ({"queue": "none"}, "queue"), ({"category": "none"}, "category"),
        ({"colour": "red"}, "colour"), ({"note": "x" * 10_001}, "note"),
    ],
)  # fmt: skip
def test_a_macro_that_cannot_be_is_refused_by_field(manager: Caller, change: dict[str, object], field: str) -> None:
    refused = manager.send("POST", f"{BASE}/macros", MACRO | change)
    assert (refused.status_code, fields(refused)) == (422, [field])
    empty = manager.send("POST", f"{BASE}/macros", {"name": "なにもしない"})
    assert (empty.status_code, fields(empty)) == (422, ["name"])
    assert Macro.objects.count() == 0


def test_several_tickets_at_once_are_done_or_named(caller: Caller, manager: Caller, world: World) -> None:
    first, second, closed = world.ticket(), world.ticket(), world.ticket()
    world.act(closed, Act.RESOLVE)
    given = {"tickets": [closed.number, first.number, second.number, 999], "act": "escalate", "queue": "second"}
    answer = caller.send("POST", f"{BASE}/bulk", given, **{"idempotency-key": "b1"}).json()
    assert answer["done"] == [first.number, second.number]
    assert sorted(each["number"] for each in answer["refused"]) == [closed.number, 999]
    assert caller.send("POST", f"{BASE}/bulk", given, **{"idempotency-key": "b1"}).json() == answer
    assert Activity.objects.filter(act="escalate").count() == 2
    macro = manager.send("POST", f"{BASE}/macros", MACRO).json()["id"]
    by_macro = caller.send("POST", f"{BASE}/bulk", {"tickets": [first.number, closed.number], "macro": macro}).json()
    assert (by_macro["done"], [each["number"] for each in by_macro["refused"]]) == ([first.number], [closed.number])
    for wrong, field in (({}, "act"), ({"act": "take", "macro": macro}, "act"), ({"macro": 999}, "macro")):
        refused = caller.send("POST", f"{BASE}/bulk", {"tickets": [1], **wrong})
        assert (refused.status_code, fields(refused)) == (422, [field])


def test_templates_filters_queues_and_counts(caller: Caller, manager: Caller, world: World) -> None:
    world.ticket()
    template = manager.send("POST", f"{BASE}/templates", {"name": "受付", "text": "{{reference}}を受け付けました。"})
    assert template.status_code == 201
    assert [each["name"] for each in caller.send("GET", f"{BASE}/templates").json()] == ["受付"]
    assert caller.send("DELETE", f"{BASE}/templates/{template.json()['id']}").status_code == 403
    assert manager.send("DELETE", f"{BASE}/templates/{template.json()['id']}").status_code == 204
    kept = caller.send("POST", f"{BASE}/filters", {"name": "高い順", "query": "priority=high"}).json()
    assert manager.send("DELETE", f"{BASE}/filters/{kept['id']}").status_code == 404
    key = {"idempotency-key": "d1"}
    assert caller.send("DELETE", f"{BASE}/filters/{kept['id']}", **key).status_code == 204
    assert caller.send("DELETE", f"{BASE}/filters/{kept['id']}", **key).status_code == 204
    assert SavedFilter.objects.count() == 0
    queues = {each["key"]: each["name"] for each in caller.send("GET", f"{BASE}/queues").json()}
    assert queues["first"] == Tier.FIRST_LINE.label
    assert caller.send("GET", f"{BASE}/categories").json() == [{"key": "printer", "name": "プリンター"}]
    assert caller.send("GET", f"{BASE}/counts").json()["open"] == 1


def test_the_list_is_narrowed_as_on_its_page(caller: Caller, world: World) -> None:
    first, second = world.ticket(), world.ticket()
    act(caller, second, act="classify", category="printer", priority="urgent", kind="inquiry")
    act(caller, second, act="assign", assignee=world.person(RoleKind.OPERATIONS_MANAGER).pk)

    def numbers(query: str) -> list[int]:
        answer = caller.send("GET", f"{BASE}/tickets?{query}")
        assert answer.status_code == 200, answer.content
        return [each["number"] for each in answer.json()["tickets"]]

    for query in ("kind=inquiry", "category=printer", "priority=urgent"):
        assert numbers(query) == [second.number]
    assert numbers(f"assignee={world.person(RoleKind.OPERATIONS_MANAGER).pk}") == [second.number]
    assert (numbers("assignee=nobody"), numbers("assignee=me")) == ([first.number], [])
    assert numbers("sort=newest") == [second.number, first.number]
    assert numbers(f"requester={world.person(RoleKind.USER).pk}&sort=oldest") == [first.number, second.number]
    for query, field in (("queue=none", "queue"), ("category=none", "category"), ("requester=999999", "requester"),
                         ("sort=random", "sort"), ("assignee=x", "assignee"), ("colour=red", "colour")):  # fmt: skip
        refused = caller.send("GET", f"{BASE}/tickets?{query}")
        assert (refused.status_code, fields(refused)) == (422, [field])


def test_other_contracts_things_are_not_there(caller: Caller, manager: Caller, other: World) -> None:
    foreign = Caller(other, RoleKind.OPERATIONS_MANAGER)
    theirs = "/api/v1/contracts/beta"
    macro = foreign.send("POST", f"{theirs}/macros", MACRO).json()["id"]
    article = foreign.send("POST", f"{theirs}/articles", ARTICLE).json()["id"]
    template = foreign.send("POST", f"{theirs}/templates", {"name": "a", "text": "b"}).json()["id"]
    ticket = caller.send("POST", f"{BASE}/tickets", GIVEN).json()["number"]
    assert caller.send("POST", f"{BASE}/tickets/{ticket}/macros/{macro}", {}).status_code == 404
    assert manager.send("PUT", f"{BASE}/macros/{macro}", MACRO | {"version": 1}).status_code == 404
    assert manager.send("DELETE", f"{BASE}/macros/{macro}").status_code == 404
    assert manager.send("DELETE", f"{BASE}/templates/{template}").status_code == 404
    assert caller.send("PUT", f"{BASE}/articles/{article}", ARTICLE | {"version": 1}).status_code == 404
    for path in ("/macros", "/templates", "/filters", "/counts", "/categories", f"/articles/{article}"):
        assert caller.send("GET", f"{theirs}{path}").status_code == 404
    assert caller.send("POST", f"{theirs}/bulk", {"tickets": [1], "act": "take"}).status_code == 404


@pytest.mark.parametrize("path", ["tickets", "tickets/1", "search?q=印刷", "articles", "counts", "tickets/1/files"])
def test_as_many_queries_for_many_rows_as_for_ten(caller: Caller, world: World, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert caller.send("GET", f"{BASE}/{path}").status_code == 200
        return len(captured)

    def add(count: int) -> None:
        for number in range(count):
            ticket = world.ticket()
            act(caller, first, act="link", other=ticket.number, link="related")
            act(caller, ticket, act="link", other=first.number, link="parent")
            upload(caller, first.number, f"{count}-{number}".encode())
            caller.send("POST", f"{BASE}/articles", ARTICLE)

    first = world.ticket()
    add(10)
    queries()
    few = queries()
    add(30)
    assert queries() == few
