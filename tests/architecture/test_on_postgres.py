"""What runs on PostgreSQL as well: each test that works on the database all tests share, and no other."""

import pytest
from tests.on_postgres import asks_for_database


@pytest.fixture
def rows(db: None) -> int:  # noqa: ARG001  # it stands for a fixture that makes rows
    return 0


def test_one_without_a_database_is_left_out(request: pytest.FixtureRequest) -> None:
    assert not asks_for_database(request.node)


def test_one_that_gets_rows_from_a_fixture_runs(rows: int, request: pytest.FixtureRequest) -> None:
    assert rows == 0
    assert asks_for_database(request.node)


@pytest.mark.django_db
def test_one_that_is_marked_runs(request: pytest.FixtureRequest) -> None:
    assert asks_for_database(request.node)
