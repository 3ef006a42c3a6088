"""Reads one JSON object of a record field by field; what is wrong is kept with the record's place."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from madoguchi.core.errors import Problem

TEXT_LENGTH = 1_000
MOST_COUNTED = 100_000
DIGITS = 15
MOST_SECONDS = 31 * 86_400
ALLOWED_MOMENT = "a time with its zone, such as 2026-05-20T00:00:00Z"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a record was read: its file, its line, and its number inside an array."""

    file: str
    line: int | None
    record: int | None = None

    def problem(self, *, key: str, given: str, allowed: str) -> Problem:
        name = key if self.record is None else f"[{self.record}].{key}".rstrip(".")
        return Problem(where=self.file, line=self.line, key=name, given=given, allowed=allowed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """One object of a record. A missing field and null are the same."""

    table: Mapping[str, object]
    place: Place
    problems: list[Problem]
    path: str = ""

    def refuse(self, name: str, given: object, allowed: str) -> None:
        shown = given if isinstance(given, str) and given == "missing" else f"given {str(given)[:80]!r}"
        self.problems.append(self.place.problem(key=f"{self.path}{name}", given=str(shown), allowed=allowed))

    def text(self, name: str, *, required: bool = False) -> str | None:
        value = self.table.get(name)
        if value is None or value == "":
            if required:
                self.refuse(name, "missing", "a text: it is needed")
            return None
        if not isinstance(value, str) or not _is_storable(value):
            self.refuse(name, value, f"a text of at most {TEXT_LENGTH} characters")
            return None
        return value

    def word(self, name: str, words: Iterable[str], *, required: bool = False) -> str | None:
        value = self.text(name, required=required)
        if value is not None and value not in words:
            self.refuse(name, value, "one of " + ", ".join(words))
            return None
        return value

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """Read a moment in whole seconds; a time that does not name its zone is refused."""
        value = self.text(name, required=required)
        found = None if value is None else _moment(value)
        if value is not None and found is None:
            self.refuse(name, value, ALLOWED_MOMENT)
        return found

    def seconds(self, name: str) -> int | None:
        return self._count(name, most=MOST_SECONDS)

    def milliseconds(self, name: str) -> int | None:
        return self._count(name, most=MOST_SECONDS * 1_000)

    def count(self, name: str) -> int | None:
        return self._count(name, most=MOST_COUNTED)

    def _count(self, name: str, *, most: int) -> int | None:
        value = self.table.get(name)
        number = _whole(value)
        if number is not None and 0 <= number <= most:
            return number
        if value is not None and value != "":
            self.refuse(name, value, f"a whole number from 0 to {most}")
        return None

    def child(self, name: str) -> "Fields":
        """Return an object inside this one, an empty one where there is none."""
        value = self.table.get(name)
        if value is not None and not isinstance(value, dict):
            self.refuse(name, value, "an object")
        return self._inner(value if isinstance(value, dict) else {}, f"{self.path}{name}.")

    def children(self, name: str) -> Iterator["Fields"]:
        """Yield the objects of a list inside this one."""
        value = self.table.get(name)
        if value is not None and not isinstance(value, list):
            self.refuse(name, value, "a list of objects")
        for number, each in enumerate(value if isinstance(value, list) else ()):
            if isinstance(each, dict):
                yield self._inner(each, f"{self.path}{name}[{number}].")
            else:
                self.refuse(f"{name}[{number}]", each, "an object")

    def texts(self) -> dict[str, str]:
        """Return those of this object's values that are texts."""
        return {name: value for name, value in self.table.items() if isinstance(value, str)}

    def require_order(self, first: str, start: datetime | None, then: str, end: datetime | None) -> None:
        if start is not None and end is not None and end < start:
            self.refuse(then, end.isoformat(), f"a moment not before {first} {start.isoformat()}")

    def _inner(self, table: Mapping[str, object], path: str) -> "Fields":
        return Fields(table=table, place=self.place, problems=self.problems, path=path)


def _is_storable(text: str) -> bool:
    """Say whether every database can hold a text: NUL and halves of a character cannot be stored."""
    return len(text) <= TEXT_LENGTH and "\0" not in text and text.encode(errors="ignore").decode() == text


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= DIGITS:
        return int(value)
    return value if isinstance(value, int) else None


def _moment(text: str) -> datetime | None:
    readers: tuple[Callable[[str], datetime], ...] = (datetime.fromisoformat, parsedate_to_datetime)
    for read in readers:
        try:
            found = read(text)
            # "-0000" is read as no zone at all
            return found.astimezone(UTC).replace(microsecond=0) if found.tzinfo else None
        except (ValueError, OverflowError):
            continue
    return None


def number_of(text: str | None) -> str | None:
    """Return the number of an address such as tel:+81312345001 or sip:+81312345001@host."""
    if text is None:
        return None
    return text.removeprefix("tel:").removeprefix("sip:").split(";")[0].split("@")[0] or None
