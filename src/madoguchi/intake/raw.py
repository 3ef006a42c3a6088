"""Rows kept as they were read, for events that many rows make together: rows of one event may come in two files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from madoguchi.core.errors import Problem
from madoguchi.intake.mapping import RowMapping
from madoguchi.intake.rows import Row

Cells = dict[str, str | int | float | bool | None]


class RawRows:
    """The rows of a grouped mapping, each once. What was added counts for later imports after `keep`."""

    def __init__(self, *, folder: Path, mapping: RowMapping) -> None:
        self.path = folder / "raw" / f"{mapping.system}-{mapping.table.name}.jsonl"
        self._columns = sorted(mapping.sources())
        self._encoded = json.JSONEncoder(ensure_ascii=False).encode
        # rows read now need not be read again out of their texts
        self._texts: dict[str, Cells | None] = dict.fromkeys(self._kept())
        self._origins: dict[int, tuple[str, int]] = {}

    def _kept(self) -> Iterator[str]:
        if self.path.exists():
            with self.path.open(encoding="utf-8") as file:
                yield from (line.rstrip("\n") for line in file)

    def add(self, rows: Iterable[Row], *, file: str) -> None:
        """Take a file's rows in; a row whose used cells are the same as another's adds nothing."""
        for line, row in rows:
            cells = {name: _plain(row[name]) for name in self._columns}
            if self._texts.setdefault(self._encoded(cells), cells) is cells:
                self._origins[len(self._texts)] = (file, line)

    def named(self, problem: Problem) -> Problem:
        """Return a problem of a row numbered as by `rows` with the file and the line it was read from.

        A row kept by an earlier import is named by the file it is kept in.
        """
        where, line = self._origins.get(problem.line or 0, (self.path.name, problem.line))
        return replace(problem, where=where, line=line)

    def rows(self) -> Iterator[Row]:
        """Yield all rows with numbers of their own, from 1."""
        for number, (text, cells) in enumerate(self._texts.items(), start=1):
            yield number, json.loads(text) if cells is None else cells

    def keep(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_suffix(".new")
        aside.write_text("".join(f"{text}\n" for text in sorted(self._texts)), encoding="utf-8")
        aside.replace(self.path)


def _plain(cell: object) -> str | int | float | bool | None:
    if type(cell) is str:
        return cell
    return cell if isinstance(cell, str | int | float | bool) or cell is None else str(cell)
