"""Files of records: JSON objects one a line, one after another or in a list; CSV with a heading line."""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.intake.contact_centres.fields import Place
from madoguchi.intake.rows import FileForm, decoded, missing_columns, read_rows

# records are a few levels deep; more is no record and breaks what reads it
DEPTH = 40
ALLOWED = "JSON objects: one a line, or a list of them"
# the lists in which the systems' own answers carry their records
ENVELOPES = ("conversations", "calls", "events")
Names = Callable[[Mapping[str, object]], dict[str, object]]
# sets of fields: every record has those of one of them
Needed = Sequence[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A record as it was read."""

    table: dict[str, object]
    place: Place


def read_records(path: Path, *, names: Names, needed: Needed) -> Iterator[Given]:
    """Yield every record of a file, its fields by the names of the API.

    Raises InvalidInputError for a file that is not what it should be, also for a CSV file without a row that lacks
    a column every record needs.
    """
    for given in _rows(path, names, needed) if _is_csv(path) else parsed(_text(path), file=path.name):
        yield replace(given, table=names(given.table))


def _is_csv(path: Path) -> bool:
    return path.name.removesuffix(".gz").lower().endswith(".csv")


def _rows(path: Path, names: Names, needed: Needed) -> Iterator[Given]:
    file = read_rows(path, form=FileForm())
    headings = list(names(dict.fromkeys(file.headings)))
    lacking = min((missing_columns(path.name, headings, needed=each) for each in needed), key=len)
    if lacking:
        raise InvalidInputError(lacking)
    for line, row in file.rows:
        yield Given(table=dict(row), place=Place(file=path.name, line=line))


def _text(path: Path) -> str:
    try:
        text = decoded(path, encoding="utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        problem = Problem(where=path.name, key="", given=f"does not open: {error}", allowed="JSON or .gz of it")
        raise InvalidInputError([problem]) from error
    if not text.strip():
        raise InvalidInputError([Problem(where=path.name, key="", given="an empty file", allowed=ALLOWED)])
    return text


def parsed(text: str, *, file: str) -> Iterator[Given]:
    """Yield the records of a text."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    position, line = 0, 1
    while True:
        start = _skip(text, position)
        line += text.count("\n", position, start)
        if start == len(text):
            return
        place = Place(file=file, line=line)
        try:
            value, position = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            at = line + text.count("\n", start, error.pos)
            raise _refused(Place(file=file, line=at), f"not JSON: {error.msg} at column {error.colno}") from error
        except (ValueError, RecursionError) as error:
            raise _refused(place, f"not JSON that can be read: {error}") from error
        if _is_too_deep(value):
            raise _refused(place, f"objects more than {DEPTH} levels deep")
        yield from _records(value, place)
        line += text.count("\n", start, position)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _records(value: object, place: Place) -> Iterator[Given]:
    if isinstance(value, dict):
        envelope = next((value[name] for name in ENVELOPES if isinstance(value.get(name), list)), None)
        if envelope is None:
            yield Given(table=value, place=place)
            return
        value = envelope
    if not isinstance(value, list):
        raise _refused(place, f"given {str(value)[:80]!r}")
    for number, each in enumerate(value, start=1):
        inner = Place(file=place.file, line=place.line, record=number)
        if not isinstance(each, dict):
            raise _refused(inner, f"given {str(each)[:80]!r}")
        yield Given(table=each, place=inner)


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEPTH):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        level = inner
    return bool(level)


def _refused(place: Place, given: str) -> InvalidInputError:
    return InvalidInputError([place.problem(key="", given=given, allowed=ALLOWED)])


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
