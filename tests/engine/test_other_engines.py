"""PostgreSQL and Spark against the reference: the same counts from the same definitions."""

import gc
import os
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.engine.corpus import INDICATORS, World, corpus_worlds
from tests.engine.examples import contract, indicator
from tests.postgres import postgres_server, programs
from tests.strategies_metrics import PERIOD, worlds

from madoguchi.core.events import FACT_TABLES, Event
from madoguchi.core.metrics.measure import day_tallies
from madoguchi.core.metrics.spec import Contract
from madoguchi.core.vocabulary import Statistic
from madoguchi.engine.backends import Backend, DuckdbBackend, PostgresBackend, SparkBackend, WrongSessionZoneError
from madoguchi.engine.tallies import Engine
from madoguchi.intake.columnar import to_arrow

Facts = dict[str, list[Event]]
# the corpus is large: a failure is named by its definition, not shrunk
PHASES = (Phase.explicit, Phase.generate)
FEW = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
SOME = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)


def stored(rows: Sequence[Event], name: str) -> list[tuple[object, ...]]:
    """The rows in the columns of their table, moments as epoch seconds."""
    cells = ((row.get(column) for column in FACT_TABLES[name].column_names()) for row in rows)
    return [tuple(int(cell.timestamp()) if isinstance(cell, datetime) else cell for cell in row) for row in cells]


def assert_equals_reference(backend: Backend, contract: Contract, facts: Facts) -> None:
    counted = [each for each in contract.indicators if each.statistic is not Statistic.COMPOSITE]
    found = Engine(backend=backend).all_day_tallies(contract=contract, needed=dict.fromkeys(counted, PERIOD))
    for each in counted:
        expected = day_tallies(contract=contract, indicator=each, period=PERIOD, facts=facts)
        assert found[each] == dict(expected), each.id


def test_the_corpus_holds_every_statistic() -> None:
    assert {each.statistic for each in INDICATORS} == set(Statistic) - {Statistic.COMPOSITE}


@pytest.mark.no_cover
@given(world=corpus_worlds())
@SOME
def test_duckdb_counts_the_corpus_as_the_reference_does(world: World) -> None:
    measured, facts = world.contract, world.facts
    tables = {name: to_arrow(rows, table=FACT_TABLES[name]) for name, rows in facts.items()}
    assert_equals_reference(DuckdbBackend(files={}, tables=tables, threads=1), measured, facts)


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresBackend]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
    with postgres_server() as url:
        backend = PostgresBackend(url)
        backend.create_tables()
        yield backend
        backend.connection.close()


def filled(backend: PostgresBackend, facts: Facts) -> PostgresBackend:
    backend.connection.execute(("TRUNCATE " + ", ".join(FACT_TABLES)).encode())
    for name, rows in facts.items():
        backend.load(name, stored(rows, name))
    return backend


@pytest.mark.xdist_group("postgres")
@pytest.mark.no_cover
@given(world=corpus_worlds())
@SOME
def test_postgresql_counts_the_corpus_as_the_reference_does(postgres: PostgresBackend, world: World) -> None:
    measured, facts = world.contract, world.facts
    assert_equals_reference(filled(postgres, facts), measured, facts)


@pytest.mark.xdist_group("postgres")
@pytest.mark.no_cover
@given(world=worlds(most=3))
@SOME
def test_postgresql_counts_random_definitions_as_the_reference_does(
    postgres: PostgresBackend, world: tuple[Contract, Facts]
) -> None:
    measured, facts = world
    assert_equals_reference(filled(postgres, facts), measured, facts)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if not os.path.exists(os.environ.get("JAVA_HOME", "/usr/bin/java")):  # noqa: PTH110  # a file or a folder
        pytest.skip("Java is not installed here (Debian: default-jre-headless)")
    from pyspark.sql import SparkSession  # noqa: PLC0415  # starts nothing unless asked for

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture
def closed_sockets() -> Iterator[None]:
    """PySpark leaves its sockets to the garbage collector: let it find them before the next test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.usefixtures("closed_sockets")
@given(world=corpus_worlds())
@FEW
def test_spark_counts_the_corpus_as_the_reference_does(spark: Any, world: World) -> None:  # noqa: ANN401
    measured, facts = world.contract, world.facts
    backend = SparkBackend(spark)
    for name, rows in facts.items():
        backend.load(name, stored(rows, name))
    assert_equals_reference(backend, measured, facts)


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.usefixtures("closed_sockets")
def test_a_spark_session_in_another_zone_is_refused(spark: Any) -> None:  # noqa: ANN401
    measured = contract(indicator())
    backend = SparkBackend(spark)
    backend.load("calls", [])
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    try:
        with pytest.raises(WrongSessionZoneError, match="Asia/Tokyo"):
            Engine(backend=backend).day_tallies(contract=measured, indicator=measured.indicators[0], period=PERIOD)
    finally:
        spark.conf.set("spark.sql.session.timeZone", "UTC")
