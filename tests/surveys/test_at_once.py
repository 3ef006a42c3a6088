"""Many at once on PostgreSQL: one answer each, none lost, paper never more than handed out."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.desk_postgres import at_once, desk_on_postgres
from tests.desk_world import NOW, World, make_world
from tests.postgres import programs
from tests.survey_world import answer, opened

from madoguchi.core.vocabulary import RoleKind
from madoguchi.surveys.errors import AlreadyAnsweredError
from madoguchi.surveys.models import Comment, Response, Round
from madoguchi.surveys.operations.paper import enter_paper, hand_out_paper

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def crowd(django_db_blocker: Any, settings: Any, tmp_path: Path) -> Iterator[World]:  # noqa: ANN401  # pytest-django's
    if programs() is None:
        pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
    for name in ("ANCHOR_FOLDER", "FILES_FOLDER", "FIGURES_FOLDER"):
        setattr(settings, name, tmp_path / name.lower())
    with django_db_blocker.unblock(), desk_on_postgres():
        yield make_world("crowd")


def test_one_answer_each_however_often_they_press(crowd: World) -> None:
    found = opened(crowd, users=6)
    people = [each.person for each in found.invitations.select_related("person")]
    given = {"電話": "不満", "理由": "待った"}
    done = at_once([partial(answer, found, person, given) for person in people for _ in range(3)])
    kinds = Counter(type(each) for each in done)
    assert kinds == {type(None): len(people), AlreadyAnsweredError: 2 * len(people)}
    assert Response.objects.count() == Comment.objects.count() == len(people)
    manager, operator = crowd.access[RoleKind.OPERATIONS_MANAGER], crowd.access[RoleKind.OPERATOR]
    hand_out_paper(access=manager, round_id=found.pk, count=3, now=NOW)
    sheets = partial(enter_paper, access=operator, round_id=found.pk, text="電話\n満足\n満足\n", now=NOW)
    entered = [each for each in at_once([sheets] * 4) if each == 2]
    assert len(entered) == 1
    assert Round.objects.get().paper_entered_count == 2
    assert Response.objects.count() == len(people) + 2
