"""Coroutines in tests: each in a thread of its own, as Playwright leaves a loop running in the test's."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_coroutine(wanted: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine to its end and return its result."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, wanted).result()
