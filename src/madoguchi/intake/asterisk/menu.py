"""What a caller chose in the recorded menus."""

from collections.abc import Iterable

from madoguchi.core.calls.menu import steps_text
from madoguchi.intake.asterisk.cel import extra_of
from madoguchi.intake.asterisk.records import CelEvent
from madoguchi.intake.asterisk.sightings import MENU_APPLICATIONS

KEYS = frozenset("0123456789*#ABCD")


def menu_steps(events: Iterable[CelEvent]) -> str:
    """Return the menus that the caller's own channel went through, in order, each with the keys pressed in it.

    A PBX that does not log keys (DTMF in cel.conf) leaves every menu without one.
    """
    steps: list[tuple[str, str]] = []
    is_inside = False
    for event in sorted(events):
        is_menu = event.application.lower() in MENU_APPLICATIONS
        if event.event == "APP_START":
            is_inside = is_menu
            if is_menu and (event.context, "") not in steps[-1:]:  # one menu is played and waited in by two steps
                steps.append((event.context, ""))
        elif event.event == "DTMF" and is_menu and is_inside:
            menu, keys = steps[-1]
            steps[-1] = (menu, keys + _key_of(event))
    return steps_text(steps)


def _key_of(event: CelEvent) -> str:
    key = str(extra_of(event).get("digit", "")).upper()
    return key if key in KEYS else ""
