"""Files of contact centres' records into the kept ones, and out of all of them the calls."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import Event
from madoguchi.core.vocabulary import CallOutcome
from madoguchi.intake.contact_centres import connect, genesys, twilio
from madoguchi.intake.contact_centres.fields import Fields, Place
from madoguchi.intake.contact_centres.files import Given, Names, Needed, read_records
from madoguchi.intake.contact_centres.made import Identity, Made
from madoguchi.intake.contact_centres.profile import Centre, Profile

PROBLEM_LIMIT = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """How one centre's records are told apart and what they come to; each has one set of the `needed` fields."""

    identity: Callable[[Fields], Identity]
    make_calls: Callable[..., Made]
    needed: Needed
    names: Names = dict


READERS = {
    Centre.AMAZON_CONNECT: Reader(identity=connect.identity, make_calls=connect.make_calls, needed=connect.NEEDED),
    Centre.GENESYS_CLOUD: Reader(identity=genesys.identity, make_calls=genesys.make_calls, needed=genesys.NEEDED),
    Centre.TWILIO: Reader(
        identity=twilio.identity, make_calls=twilio.make_calls, needed=twilio.NEEDED, names=twilio.plain_names
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """The copy of a record that counts: of the greatest version, and of equal ones always the same."""

    rank: tuple[tuple[str, ...], str]
    fields: Fields


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordsReport:
    """All calls of a centre as its records now tell them."""

    records_read: int
    left_out: int
    calls: tuple[Event, ...]
    notes: tuple[str, ...]


class KeptRecords:
    """The records of a centre, each once in its latest copy. What was added counts for later after `keep`."""

    def __init__(self, *, folder: Path, profile: Profile) -> None:
        self.path = folder / "raw" / f"{profile.system}-{profile.centre}.jsonl"
        self._profile, self._reader = profile, READERS[profile.centre]
        self._copies: dict[str, Copy] = {}
        self._problems: list[Problem] = []
        self._take(self._kept())

    def _kept(self) -> Iterator[Given]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for text in file:
                kept = json.loads(text)
                yield Given(
                    table=kept["content"], place=Place(file=kept["file"], line=kept["line"], record=kept["record"])
                )

    def add(self, files: Iterable[Path]) -> RecordsReport:
        """Take in the records of files. Raises InvalidInputError with every problem of every file."""
        read = 0
        for path in files:
            try:
                read += self._take(read_records(path, names=self._reader.names, needed=self._reader.needed))
            except InvalidInputError as error:
                self._problems += error.problems
        records = [each.fields for _, each in sorted(self._copies.items())]
        made = self._reader.make_calls(records, profile=self._profile)
        if self._problems:
            raise InvalidInputError(list(dict.fromkeys(self._problems))[:PROBLEM_LIMIT])
        return RecordsReport(
            records_read=read,
            left_out=made.left_out,
            calls=tuple(each.row for each in made.calls),
            notes=_notes(made),
        )

    def _take(self, records: Iterable[Given]) -> int:
        count = 0
        for given in records:
            count += 1
            fields = Fields(table=given.table, place=given.place, problems=self._problems)
            identity = self._reader.identity(fields)
            rank = (identity.version, json.dumps(fields.table, sort_keys=True))
            known = self._copies.get(identity.id)
            if known is None or known.rank < rank:
                self._copies[identity.id] = Copy(rank=rank, fields=fields)
        return count

    def keep(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_suffix(".new")
        with aside.open("w", encoding="utf-8") as file:
            for _, each in sorted(self._copies.items()):
                place = each.fields.place
                kept = {"file": place.file, "line": place.line, "record": place.record, "content": each.fields.table}
                file.write(json.dumps(kept) + "\n")
        aside.replace(self.path)


def _notes(made: Made) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for each in made.calls:
        word = str(each.row["outcome"])
        counts[word] = counts.get(word, 0) + 1
    notes = [f"{each.label}: {counts[each]:,}" for each in CallOutcome if each in counts]
    if made.waiting:
        notes.append(
            f"最初の記録がまだない通話の記録 / records whose call's first record is not there yet: {made.waiting:,}"
        )
    return tuple(notes)
