"""On PostgreSQL a statement is planned once in a connection, and a connection that hung up is not used again."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from tests.desk_postgres import postgres_alone
from tests.postgres import programs

from madoguchi.prepared.statements import rows_of, run

pytestmark = pytest.mark.xdist_group("postgres")
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"
OF_BACKEND = "SELECT query FROM pg_stat_activity WHERE pid = %s"


@pytest.fixture(scope="module")
def server(django_db_blocker: Any) -> Iterator[None]:  # noqa: ANN401  # pytest-django's
    if programs() is None:
        pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
    with django_db_blocker.unblock(), postgres_alone():
        yield


@pytest.fixture
def beside(server: None) -> Iterator[psycopg.Connection[Any]]:  # noqa: ARG001
    """Yield another connection to the same database, which sees and ends the desk's."""
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        yield other


def next_request() -> None:
    """Do what Django does between two requests of an installed desk, which keeps its connections and looks at them."""
    vars(connections["default"]).update(health_check_enabled=True, close_at=None)
    connection.close_if_unusable_or_obsolete()


def backend() -> int:
    return int(rows_of("SELECT pg_backend_pid() + %s", [0])[0][0])


@pytest.mark.usefixtures("beside")
def test_a_statement_is_planned_once_whatever_size_its_numbers_have() -> None:
    asked = "SELECT %s::bigint + 1907"
    assert [rows_of(asked, [number])[0][0] for number in (1, 70_000, 5_000_000_000)] == [1908, 71_907, 5_000_001_907]
    assert rows_of(PREPARED, ["%bigint + 1907"]) == [(1,)]


@pytest.mark.usefixtures("beside")
def test_a_statement_stays_ready_after_a_transaction_that_failed() -> None:
    run("CREATE TEMPORARY TABLE told (word varchar(9) UNIQUE)", [])
    with transaction.atomic():
        run("INSERT INTO told VALUES (%s)", ["窓口"])
        transaction.set_rollback(True)
    run("INSERT INTO told VALUES (%s)", ["窓口"])
    assert rows_of("SELECT word FROM told", []) == [("窓口",)]


def test_a_connection_used_a_moment_ago_is_looked_at_without_a_question(beside: psycopg.Connection[Any]) -> None:
    pid = backend()
    next_request()
    assert rows_of("SELECT 1907 + %s", [1]) == [(1908,)]  # the first look asks
    for number in (2, 3):
        next_request()
        connection.close_if_health_check_failed()
        (latest,) = beside.execute(OF_BACKEND, [pid]).fetchall()
        assert "1907" in latest[0]
        assert rows_of("SELECT 1907 + %s", [number]) == [(1907 + number,)]
    assert backend() == pid


def test_a_connection_that_the_server_ended_is_replaced_before_the_next_question(
    beside: psycopg.Connection[Any],
) -> None:
    next_request()
    pid = backend()
    assert beside.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchall() == [(True,)]
    next_request()
    assert backend() != pid
