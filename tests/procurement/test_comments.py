"""Firms' comments: taken in whole, answered one by one, counted in the documents."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk_fixtures import signed_in
from tests.desk_world import NOW, World

from madoguchi.core.errors import InvalidInputError
from madoguchi.core.procurement.comments import count_comments
from madoguchi.core.procurement_vocabulary import CommentOutcome
from madoguchi.core.vocabulary import RoleKind
from madoguchi.procurement.models import FirmComment
from madoguchi.procurement.operations import StaleAnswerError, add_comments, answer_comment
from madoguchi.procurement.queries import comment_values
from madoguchi.samples.firm_comments import comments_csv

DIVISION = RoleKind.RESPONSIBLE_DIVISION
HEADER = "number,firm,section,comment,answer,outcome\n"


def taken_in(world: World, text: str) -> int:
    return add_comments(access=world.access[DIVISION], text=text, file="comments.csv", at=NOW)


def uploaded(client: Client, data: bytes) -> Any:  # noqa: ANN401  # Django's test response
    return client.post("/c/alpha/procurement/", {"file": SimpleUploadedFile("comments.csv", data)})


def test_all_comments_of_the_example_are_kept_and_counted(world: World) -> None:
    assert taken_in(world, comments_csv(count=737, firms=28)) == 737
    counted = count_comments(comment_values(world.contract))
    assert (counted.total, counted.firm_count, counted.unanswered) == (737, 28, 0)


def test_file_with_one_wrong_row_adds_nothing(world: World) -> None:
    with pytest.raises(InvalidInputError, match="outcome"):
        taken_in(world, HEADER + "1,甲社,,意見,,\n2,乙社,,意見,回答,maybe\n")
    assert not FirmComment.objects.exists()


@pytest.mark.parametrize("text", ["1,甲社,,意見\x00,,\n", f"1,{'社' * 201},,意見,,\n"])
def test_text_no_table_takes_is_refused(world: World, text: str) -> None:
    with pytest.raises(InvalidInputError):
        taken_in(world, HEADER + text)
    assert not FirmComment.objects.exists()


def test_number_that_is_kept_already_is_refused(world: World) -> None:
    taken_in(world, HEADER + "1,甲社,,意見,,\n")
    with pytest.raises(InvalidInputError, match="already kept"):
        taken_in(world, HEADER + "1,乙社,,別の意見,,\n")


def test_answer_over_somebody_elses_is_refused(world: World) -> None:
    taken_in(world, HEADER + "1,甲社,,意見,,\n")
    comment = FirmComment.objects.get()
    access = world.access[DIVISION]
    for version in (0, 0):
        given = {"access": access, "comment": comment, "answer": "反映した", "version": version, "at": NOW}
        if FirmComment.objects.get().version:
            with pytest.raises(StaleAnswerError):
                answer_comment(outcome=CommentOutcome.NOT_ADOPTED, **given)  # type: ignore[arg-type]  # as above
        else:
            answer_comment(outcome=CommentOutcome.ADOPTED, **given)  # type: ignore[arg-type]  # given by name
    assert FirmComment.objects.get().outcome == "adopted"


def test_division_takes_in_and_answers_through_the_pages(world: World) -> None:
    client = signed_in(world, DIVISION)
    assert uploaded(client, (HEADER + "1,甲社,1 概要,<b>短い</b>,,\n").encode()).status_code == 302
    shown = client.get("/c/alpha/procurement/?outcome=none").content.decode()
    assert "&lt;b&gt;短い" in shown
    answer = client.post(
        "/c/alpha/procurement/comments/1/", {"version": "0", "outcome": "adopted", "answer": "反映した。"}
    )
    assert answer.status_code == 302
    again = client.post("/c/alpha/procurement/comments/1/", {"version": "0", "outcome": "adopted", "answer": "別"})
    assert again.status_code == 409
    assert FirmComment.objects.get().answer == "反映した。"


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", "番号,意見\n1,2\n".encode(), (HEADER + "x,甲社,,意見,,\n").encode()]
)
def test_file_that_cannot_be_is_refused_with_its_reason(world: World, data: bytes) -> None:
    answer = uploaded(signed_in(world, DIVISION), data)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not FirmComment.objects.exists()


def test_auditor_reads_and_answers_nothing(world: World) -> None:
    taken_in(world, HEADER + "1,甲社,,意見,,\n")
    client = signed_in(world, RoleKind.AUDITOR)
    assert client.get("/c/alpha/procurement/comments/1/").status_code == 200
    refused = client.post("/c/alpha/procurement/comments/1/", {"version": "0", "outcome": "adopted", "answer": "x"})
    assert refused.status_code == 403
    assert uploaded(client, HEADER.encode()).status_code == 403


def test_list_makes_as_many_queries_for_many_comments(world: World) -> None:
    client = signed_in(world, DIVISION)
    taken_in(world, comments_csv(count=5, firms=2))
    counts = []
    for more in (None, comments_csv(count=300, firms=9)):
        if more:
            FirmComment.objects.all().delete()
            taken_in(world, more)
        client.get("/c/alpha/procurement/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/c/alpha/procurement/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ["?page=x", "?page=99999999", "?outcome=%00", "?outcome=nothing&page=-1"])
def test_odd_addresses_show_the_list(world: World, query: str) -> None:
    assert signed_in(world, DIVISION).get(f"/c/alpha/procurement/{query}").status_code == 200
