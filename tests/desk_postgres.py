"""The desk on a PostgreSQL of the tests' own, whatever database the other tests use: for what threads do at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.core.management import call_command
from django.db import connections

from madoguchi.contracts import definitions
from madoguchi.knowledge.search import index
from madoguchi.web.variables import postgresql
from tests.postgres import postgres_server


@contextmanager
def desk_on_postgres() -> Iterator[None]:
    """Turn the default database into an empty desk on PostgreSQL, and back."""
    with postgres_alone():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield


@contextmanager
def postgres_alone() -> Iterator[None]:
    """Turn the default database into one without tables on a PostgreSQL of its own, and back."""
    with postgres_server() as address:
        host = dict(part.split("=", 1) for part in address.split())["host"]
        given = postgresql(name="postgres", user="tests", password="", host=host, port="", options={})
        kept, kept_settings = connections["default"], dict(connections.settings["default"])
        changed = {**kept_settings, **given, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
        connections.settings["default"] = changed
        connections["default"] = connections.create_connection("default")
        forget()
        try:
            yield
        finally:
            connections["default"].close()
            connections.settings["default"] = kept_settings
            connections["default"] = kept
            forget()


def forget() -> None:
    """Forget what is kept in memory of a database that is another one now."""
    index._known.clear()
    definitions._read.cache_clear()


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do acts in as many threads, all starting together; return what each gave, or the error it ended with."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:  # noqa: ANN401
        start.wait()
        try:
            return act()
        except Exception as error:  # noqa: BLE001  # handed to the test, which says what it expects
            return error
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=60) for done in [pool.submit(run, act) for act in acts]]
