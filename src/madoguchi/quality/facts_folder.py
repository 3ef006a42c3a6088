"""Where a desk's facts are written: every state of them is a folder of its own.

Who reads one is not disturbed by who writes the next; the one before the latest is kept for who has just opened it.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from madoguchi.contracts.models import Contract

STATE = "state.json"
DAYS = "days.sqlite3"


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The facts' folder, the end of the history they were written at, and when."""

    folder: Path
    head: int
    written_at: datetime


def root_of(contract: Contract) -> Path:
    return Path(settings.FIGURES_FOLDER) / contract.key


def days_of(contract: Contract) -> Path:
    """Return the file of the sums of a desk's days: each knows the state of the facts it was derived from."""
    return root_of(contract) / DAYS


@contextmanager
def locked(contract: Contract) -> Iterator[Path]:
    """Let nobody else, of this process or another, write a contract's facts meanwhile; give their root."""
    root = root_of(contract)
    root.parent.mkdir(parents=True, exist_ok=True)
    # beside the root: it outlives what is forgotten
    handle = os.open(root.with_name(f".{root.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield root
    finally:
        os.close(handle)


def latest_state(root: Path) -> State | None:
    path = root / STATE
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="ascii"))
    folder = root / kept["folder"]
    if not folder.is_dir():
        return None
    return State(folder=folder, head=kept["head"], written_at=datetime.fromisoformat(kept["written_at"]))


def next_folder(root: Path, state: State | None) -> Path:
    """Return an empty place for the state to follow, also where an earlier attempt was cut off."""
    folder = root / f"{int(state.folder.name) + 1 if state else 1:08d}"
    shutil.rmtree(folder, ignore_errors=True)
    root.mkdir(parents=True, exist_ok=True)
    return folder


def keep_state(root: Path, state: State) -> None:
    """Make a state the latest, and delete those nobody can have opened just now."""
    before = latest_state(root)
    aside = root / f".{STATE}.new"
    kept = {"folder": state.folder.name, "head": state.head, "written_at": state.written_at.isoformat()}
    aside.write_text(json.dumps(kept), encoding="ascii")
    aside.replace(root / STATE)
    wanted = {state.folder.name, before.folder.name if before else ""}
    for each in root.iterdir():
        if each.is_dir() and each.name not in wanted:
            shutil.rmtree(each, ignore_errors=True)


def link_all(before: Path, after: Path) -> None:
    """Let a new folder begin as another: the files, never changed in place, are the same ones."""
    shutil.copytree(before, after, copy_function=os.link)


def forget_figures(contract: Contract) -> None:
    """Delete the facts written from the desk; they are written anew when somebody asks for figures."""
    with locked(contract) as root:
        shutil.rmtree(root, ignore_errors=True)
