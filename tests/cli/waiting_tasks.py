"""Two background tasks: one that takes long, one that must not wait for it."""

import time
from pathlib import Path

from django_tasks import task

LONGEST_SECONDS = 90.0


@task(queue_name="plans")
def take_long(until_exists: str) -> None:
    ended = time.monotonic() + LONGEST_SECONDS
    while not Path(until_exists).exists() and time.monotonic() < ended:
        time.sleep(0.05)


@task(queue_name="notices")
def be_quick() -> None:
    return
