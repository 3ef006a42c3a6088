"""What a person is called, and how it is found and taken out of a text."""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping

from madoguchi.calls.rules import compared_number
from madoguchi.handover.tables import ERASED
from madoguchi.people.models import Person

SHORTEST = 3
# shorter numbers are extensions, which stand in too many texts by chance
SHORTEST_NUMBER = 9
NUMBER = re.compile(r"(?<![\d.])(?:\+?\d{9,15}|\+?\d{1,5}(?:-\d{1,5}){2,3})(?![\d.])")
JAPAN = "81"
# eight more digits follow: longer than any number of Japan
MADE_UP = "9999"
MADE_UP_LENGTH = 1 + len(MADE_UP) + 8


def names_of(person: Person) -> list[str]:
    """Return what a person is called, the longest first; shorter than three characters is too common to be a name."""
    name = person.name.strip()
    found = {name, "".join(name.split()), "　".join(name.split()), " ".join(name.split()), person.mail.strip()}
    return longest_first(found | numbers_of(person))


def numbers_of(person: Person) -> set[str]:
    """Return the ways a person's own telephone number is written; an extension is none."""
    number = compared_number(person.extension)
    if len(number) < SHORTEST_NUMBER:
        return set()
    abroad = {f"+{JAPAN}{number[1:]}", f"{JAPAN}{number[1:]}"} if number.startswith("0") else set()
    return {number, person.extension.strip()} | abroad


def longest_first(names: Iterable[str]) -> list[str]:
    return sorted({each for each in names if len(each) >= SHORTEST}, key=lambda each: (-len(each), each))


def pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(each) for each in names), re.IGNORECASE)


def without_names(names: Iterable[str]) -> Callable[[str], str]:
    named = pattern_of(names)
    return lambda text: named.sub(ERASED, text)


def is_made_up(number: str) -> bool:
    """Return whether a compared number stands in the place of one that was erased."""
    return number.startswith(f"0{MADE_UP}") and len(number) == MADE_UP_LENGTH


def made_up(numbers: Iterable[str]) -> dict[str, str]:
    """Return a made-up number for each of some compared numbers: too long to be anybody's."""
    return {each: f"{MADE_UP}{secrets.randbelow(10**8):08d}" for each in numbers if each}


def without_numbers(made: Mapping[str, str]) -> Callable[[str], str]:
    """Return what puts made-up numbers in the place of compared ones: who called twice is still seen to have."""

    def replaced(found: re.Match[str]) -> str:
        written = found.group()
        digits = written.removeprefix("+").replace("-", "")
        is_abroad = digits.startswith(JAPAN) and compared_number(f"+{digits}") in made
        new = made.get(compared_number(f"+{digits}" if is_abroad else written))
        if new is None:
            return written
        lead = JAPAN if is_abroad else "0"
        return f"{'+' if written.startswith('+') else ''}{lead}{new}"

    return lambda text: NUMBER.sub(replaced, text)
