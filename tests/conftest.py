"""How the tests run: Hypothesis profiles, their order, and nothing skipped where nothing may be."""

import gc
import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# what takes most of a minute each, measured for coverage or not
LONGEST = ("tests/engine/", "tests/web/test_empty_database.py")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("quick", max_examples=25, deadline=None, suppress_health_check=SLOW)
settings.register_profile("default", max_examples=100, deadline=None, suppress_health_check=SLOW)
settings.register_profile("ci", max_examples=100, deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("thorough", max_examples=1500, deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("MADOGUCHI_CI") else "default"))


def pytest_runtest_setup() -> None:
    """Forget what an earlier test of this process left: its language, and definitions of rows that were rolled back."""
    if translation := sys.modules.get("django.utils.translation"):
        translation.deactivate()
    if definitions := sys.modules.get("madoguchi.contracts.definitions"):
        definitions._read.cache_clear()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker run the tests that share what is made once; begin with those that take longest."""
    for item in items:
        shared = _shared_by(item)
        if shared and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(shared))
    items.sort(key=lambda item: (item.get_closest_marker("no_cover") is None, not item.nodeid.startswith(LONGEST)))


def pytest_collection_finish() -> None:
    """Let the collector leave alone what lives until the end, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_unconfigure() -> None:
    """Give all back to the collector: some libraries complain at the end of what they still hold."""
    gc.unfreeze()


def _shared_by(item: pytest.Item) -> str:
    """Return the file or folder of a fixture that lives longer than a test, the widest; nothing where there is none."""
    fixtures = item._fixtureinfo.name2fixturedefs.values() if isinstance(item, pytest.Function) else ()
    kept = [each[-1].baseid for each in fixtures if each[-1].scope in ("module", "session")]
    return min((each for each in kept if each.startswith("tests/")), key=len, default="")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure under CI: what is not run there is not known."""
    report = yield
    if report.skipped and os.environ.get("MADOGUCHI_CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI, where nothing may be: {report.longrepr}"
    return report
