"""Reads one TOML table key by key, collecting every problem instead of stopping at the first."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from madoguchi.core.errors import Problem
from madoguchi.core.vocabulary import LabelledEnum

Word = TypeVar("Word", bound=LabelledEnum)
# more digits are no duration, and cost time and memory
DURATION = re.compile(r"(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9}(?:\.\d{1,9})?)s)?")
# what a number may have before and behind its point: 1e999999999 as a fraction fills the memory
DIGITS = 15
# no contract reaches further; at the calendar's ends periods cannot be reckoned with
FIRST_YEAR, FINAL_YEAR = 1900, 2200
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(kw_only=True)
class Reader:
    """A TOML table being read. What is read is struck off; `finish` reports the keys nobody asked for."""

    file: str
    table: Mapping[str, object]
    problems: list[Problem]
    path: str = ""
    _read: set[str] = field(default_factory=set)

    def key(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def report(self, name: str, *, given: object, allowed: str) -> None:
        key = self.key(name) if name else self.path
        self.problems.append(Problem(where=self.file, key=key, given=f"given {given!r}", allowed=allowed))

    def has(self, name: str) -> bool:
        return name in self.table

    def _take(self, name: str, *, required: bool, allowed: str) -> object:
        self._read.add(name)
        if name not in self.table and required:
            self.problems.append(Problem(where=self.file, key=self.key(name), given="missing", allowed=allowed))
        return self.table.get(name)

    def text(self, name: str, *, required: bool = False, default: str = "") -> str:
        value = self._take(name, required=required, allowed="a text")
        if value is None:
            return default
        if not isinstance(value, str) or (required and not value.strip()):
            self.report(name, given=value, allowed="a text that is not empty" if required else "a text")
            return default
        return value

    def identifier(self, name: str, *, required: bool = True) -> str:
        value = self.text(name, required=required)
        if value and not IDENTIFIER.fullmatch(value):
            self.report(name, given=value, allowed="small letters, digits and _, starting with a letter")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name, required=False, allowed="a list of texts")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.report(name, given=value, allowed="a list of texts")
            return ()
        return tuple(value)

    def integer(self, name: str, *, default: int, minimum: int = 0, maximum: int = 10**12) -> int:
        allowed = f"a whole number from {minimum} to {maximum}"
        value = self._take(name, required=False, allowed=allowed)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
            self.report(name, given=value, allowed=allowed)
            return default
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._take(name, required=False, allowed="true or false")
        if value is None:
            return default
        if not isinstance(value, bool):
            self.report(name, given=value, allowed="true or false")
            return default
        return value

    def number(self, name: str, *, required: bool = False) -> Fraction | None:
        allowed = f"a number of at most {DIGITS} digits before and behind its point"
        value = self._take(name, required=required, allowed=allowed)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not _is_bounded(Decimal(value)):
            self.report(name, given=value, allowed=allowed)
            return None
        return Fraction(value)

    def day(self, name: str, *, required: bool = False) -> date | None:
        value = self._take(name, required=required, allowed="a date such as 2018-10-01")
        if value is None:
            return None
        if type(value) is not date:
            self.report(name, given=value, allowed="a date such as 2018-10-01, without quotes or time")
            return None
        if not FIRST_YEAR <= value.year <= FINAL_YEAR:
            self.report(name, given=str(value), allowed=f"a date from {FIRST_YEAR} to {FINAL_YEAR}")
            return None
        return value

    def word(self, name: str, words: type[Word], *, default: Word | None = None) -> Word | None:
        """Read a word of a vocabulary; without a default it must be there."""
        allowed = "one of " + ", ".join(words)
        value = self._take(name, required=default is None, allowed=allowed)
        if value is None:
            return default
        if not isinstance(value, str) or value not in list(words):
            self.report(name, given=value, allowed=allowed)
            return default
        return words(value)

    def duration(self, name: str) -> Fraction | None:
        """Read a duration such as 20s, 10m, 2h30m or 5.25s, in seconds."""
        allowed = "a duration such as 20s, 10m, 2h30m or 5.25s"
        value = self._take(name, required=False, allowed=allowed)
        if value is None:
            return None
        seconds = parse_duration(value) if isinstance(value, str) else None
        if seconds is None:
            self.report(name, given=value, allowed=allowed)
        return seconds

    def raw(self, name: str) -> object:
        return self._take(name, required=False, allowed="")

    def child(self, name: str) -> "Reader | None":
        """Read a table inside this one."""
        value = self._take(name, required=False, allowed="a table")
        if value is None:
            return None
        if not isinstance(value, dict):
            self.report(name, given=value, allowed="a table")
            return None
        return self._reader(value, self.key(name))

    def children(self, name: str) -> tuple["Reader", ...]:
        """Read a list of tables inside this one."""
        value = self._take(name, required=False, allowed="a list of tables")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.report(name, given=value, allowed="a list of tables")
            return ()
        return tuple(self._reader(each, f"{self.key(name)}[{index}]") for index, each in enumerate(value, start=1))

    def _reader(self, table: Mapping[str, object], path: str) -> "Reader":
        return Reader(file=self.file, table=table, problems=self.problems, path=path)

    def finish(self) -> None:
        """Report every key that was not read, with those that exist."""
        for name in self.table:
            if name not in self._read:
                known = ", ".join(sorted(self._read))
                self.problems.append(
                    Problem(where=self.file, key=self.key(name), given="unknown key", allowed=f"one of {known}")
                )


def parse_toml(file: str, text: str, problems: list[Problem]) -> dict[str, object] | None:
    """Return a TOML text as a table with exact numbers, or None with a problem where it is not TOML."""
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except (ArithmeticError, RecursionError):
        given = "a number too large, or tables inside each other without end"
        problems.append(Problem(where=file, key="", given=f"not TOML that can be read: {given}", allowed="a TOML file"))
        return None
    except ValueError as error:
        # beside what is no TOML: numbers of thousands of digits
        problems.append(Problem(where=file, key="", given=f"not TOML: {error}", allowed="a TOML file"))
        return None
    unfit = unfit_text(table)
    if unfit is not None:
        problems.append(Problem(where=file, key=unfit, given="a NUL character", allowed="text without it"))
        return None
    return table


def unfit_text(table: Mapping[str, object]) -> str | None:
    """Return the key of the first text that cannot be kept, for a NUL or half a character in it, or None."""
    waiting: list[tuple[str, object]] = [("", table)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str) and UNFIT.search(value):
            return key
        if isinstance(value, dict):
            waiting += [(".".join(filter(None, (key, UNFIT.sub("?", name)))), each) for name, each in value.items()]
            waiting += [(key or "?", name) for name in value]
        elif isinstance(value, list):
            waiting += [(f"{key}[{number}]", each) for number, each in enumerate(value, start=1)]
    return None


def _is_bounded(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -DIGITS and number.adjusted() < DIGITS


def parse_duration(text: str) -> Fraction | None:
    """Return the seconds of a duration such as 2h30m or 5.25s, or None where the text is not one."""
    match = DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = match.groups()
    return 3600 * Fraction(hours or 0) + 60 * Fraction(minutes or 0) + Fraction(seconds or 0)


def only_one(reader: Reader, names: Sequence[str]) -> str | None:
    """Return the one of these keys that is there; several or none is a problem."""
    present = [name for name in names if reader.has(name)]
    if len(present) != 1:
        reader.report("", given=present or "none of them", allowed="exactly one of " + ", ".join(names))
        return present[0] if present else None
    return present[0]
