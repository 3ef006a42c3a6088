"""Background tasks for the tests: one takes long, one must not wait for it, one keeps memory, one says where it ran."""

import os
import time
from pathlib import Path

from django_tasks import task

LONGEST_SECONDS = 90.0
KEPT: list[bytes] = []


@task(queue_name="plans")
def take_long(until_exists: str) -> None:
    ended = time.monotonic() + LONGEST_SECONDS
    while not Path(until_exists).exists() and time.monotonic() < ended:
        time.sleep(0.05)


@task(queue_name="notices")
def be_quick() -> None:
    return


@task(queue_name="notices")
def keep_memory() -> int:
    KEPT.append(b"1" * (64 << 20))
    return os.getpid()


@task(queue_name="notices")
def say_where() -> int:
    return os.getpid()
