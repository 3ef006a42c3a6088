"""What one contact centre calls its things: whose numbers, second-level queues, what its own marks mean."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.core.vocabulary import CallOutcome

FORMAT = "madoguchi/contact-centre/1"


class Centre(StrEnum):
    AMAZON_CONNECT = "amazon_connect"
    GENESYS_CLOUD = "genesys_cloud"
    TWILIO = "twilio"


# what a profile may say of a call nobody answered
SAYABLE = tuple(each for each in CallOutcome if each not in (CallOutcome.ANSWERED, CallOutcome.OPEN))


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A contact centre's profile.

    `marks` are (name, value) of a contact attribute, by the outcome they stand for; `dispositions` say what the
    centre's word for an ending comes to, instead of the usual or where there is none.
    """

    centre: Centre
    system: str
    contract: str
    lines: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    second_level_queues: tuple[str, ...] = ()
    second_level_numbers: tuple[str, ...] = ()
    marks: Mapping[tuple[str, str], CallOutcome] = field(default_factory=dict)
    dispositions: Mapping[str, CallOutcome] = field(default_factory=dict)

    def contract_of(self, line: str | None) -> str:
        return self.lines.get(line or "", self.contract)

    def queue_of(self, name: str | None) -> str | None:
        return self.queues.get(name, name) if name else None

    def marked(self, attributes: AbstractSet[tuple[str, str]]) -> CallOutcome | None:
        """Return what a call's attributes say it came to, by the first mark of the profile that is there."""
        return next((found for mark, found in self.marks.items() if mark in attributes), None)


def load_profile(text: str, *, file: str) -> Profile:
    """Return a profile file as a value. Raises InvalidInputError with every problem in it."""
    problems: list[Problem] = []
    table = parse_toml(file, text, problems)
    if table is None:
        raise InvalidInputError(problems)
    profile = _load(Reader(file=file, table=table, problems=problems))
    if problems or profile is None:
        raise InvalidInputError(problems)
    return profile


def _load(reader: Reader) -> Profile | None:
    given = reader.text("format", required=True)
    if given != FORMAT:
        reader.report("format", given=given, allowed=FORMAT)
    centre = reader.text("centre", required=True)
    if centre not in list(Centre):
        reader.report("centre", given=centre, allowed="one of " + ", ".join(Centre))
        return None
    profile = Profile(
        centre=Centre(centre),
        system=reader.identifier("system"),
        contract=reader.text("contract", required=True),
        lines=_names(reader, "lines"),
        queues=_names(reader, "queues"),
        agents=_names(reader, "agents"),
        second_level_queues=reader.texts("second_level_queues"),
        second_level_numbers=reader.texts("second_level_numbers"),
        marks=_marks(reader),
        dispositions={name: _outcome(reader, word) for name, word in _names(reader, "dispositions").items()},
    )
    reader.finish()
    return profile


def _names(reader: Reader, name: str) -> dict[str, str]:
    child = reader.child(name)
    return {key: child.text(key, required=True) for key in child.table} if child else {}


def _outcome(reader: Reader, word: str) -> CallOutcome:
    if word not in SAYABLE:
        reader.report("dispositions", given=word, allowed="one of " + ", ".join(SAYABLE))
        return CallOutcome.UNKNOWN
    return CallOutcome(word)


def _marks(reader: Reader) -> dict[tuple[str, str], CallOutcome]:
    child = reader.child("marks")
    marks = {}
    for word in child.table if child else ():
        texts = child.texts(word) if child else ()
        if child and word not in SAYABLE:
            child.report(word, given=word, allowed="one of " + ", ".join(SAYABLE))
            continue
        for text in texts:
            name, separator, value = text.partition("=")
            if child and not separator:
                child.report(word, given=text, allowed="attribute=value")
            marks[(name, value)] = CallOutcome(word)
    return marks
