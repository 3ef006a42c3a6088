"""The rows of a ledger turned into cases, or refused with every reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from madoguchi.core.import_vocabulary import LedgerField
from madoguchi.core.vocabulary import Channel, Priority, TicketKind, TicketState
from madoguchi.imports.errors import MappingError
from madoguchi.imports.mapping import MANY, NEEDED, WORDS, LedgerMapping, folded
from madoguchi.imports.moments import read_moment
from madoguchi.imports.values import Ledger, Line
from madoguchi.intake.convert import CellError
from madoguchi.people.sayings import Said, Value, say, word_said

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
MAIL = re.compile(r"[^\s<>,;\"]{1,64}@[^\s<>,;\"]{1,190}")
ERRORS = frozenset(("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!"))
MAX_SUBJECT, MAX_TEXT, MAX_KEY, MAX_COMMENTS, MAX_KEPT, MAX_NAME = 200, 50_000, 120, 100, 50_000, 120
MOMENTS = (LedgerField.FIRST_ANSWERED_AT, LedgerField.ESCALATED_AT, LedgerField.RESOLVED_AT, LedgerField.UPDATED_AT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A ticket as the source has it. `changes` are its states with their moments, where the source tells them."""

    line: int
    key: str
    subject: str
    text: str
    received_at: datetime
    state: TicketState | None = None
    kind: TicketKind = TicketKind.INQUIRY
    channel: Channel = Channel.WEB
    priority: Priority = Priority.NORMAL
    category: str = ""
    requester_mail: str = ""
    requester_name: str = ""
    assignee_name: str = ""
    first_answered_at: datetime | None = None
    escalated_at: datetime | None = None
    resolved_at: datetime | None = None
    updated_at: datetime | None = None
    answer: str = ""
    comments: tuple[tuple[datetime | None, str], ...] = ()
    changes: tuple[tuple[datetime, TicketState], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A row that cannot be brought in, and why."""

    line: int
    key: str
    reasons: tuple[Said, ...]
    cells: tuple[str, ...] = ()


@dataclass(kw_only=True)
class CaseReader:
    """Reads rows by a mapping. Raises MappingError where the file lacks what is needed."""

    mapping: LedgerMapping
    ledger: Ledger
    places: dict[LedgerField, list[int]] = field(init=False)
    _nothing: frozenset[object] = field(init=False)
    _moments: dict[object, datetime] = field(default_factory=dict)
    _words: dict[tuple[LedgerField, str], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._nothing = frozenset((None, "", *self.mapping.missing))
        self.places = found_places(self.mapping, self.ledger)
        missing = [each for each in NEEDED if each not in self.places]
        if missing:
            tried = [name for each in missing for name in self.mapping.columns.get(each, ())]
            raise MappingError(
                say(
                    "必要な列がありません: %(fields)s（探した見出し: %(tried)s）。ファイルの見出し: %(headings)s",
                    fields=[word_said(each) for each in missing], tried=tried or "－",
                    headings="、".join(self.ledger.headings)[:400],
                )
            )  # fmt: skip

    def cases(self) -> Iterator[Case | Refusal]:
        for line in self.ledger.lines:
            if not self._is_skipped(line):
                yield self.case(line)

    def _is_skipped(self, line: Line) -> bool:
        """Return whether a row is a tool's footer."""
        if not self.mapping.skip:
            return False
        first = next((str(cell) for cell in line.cells if cell not in (None, "")), "")
        return first.startswith(self.mapping.skip)

    def case(self, line: Line) -> Case | Refusal:
        reasons = [line.problem] if line.problem else []
        values: dict[str, Any] = {}
        if not reasons:
            values = {**self._texts(line, reasons), **self._named_words(line, reasons), **self._times(line, reasons)}
        if reasons:
            key = str(values.get("key") or "")[:MAX_KEY]
            return Refusal(line=line.number, key=key, reasons=tuple(reasons), cells=shown_cells(line.cells))
        return Case(line=line.number, **values)

    def _cells(self, line: Line, name: LedgerField) -> list[object]:
        cells = [line.cells[place] for place in self.places.get(name, ())]
        return [each for each in cells if each not in self._nothing]

    def _first(self, line: Line, name: LedgerField) -> object | None:
        """Return what the first column that says something says."""
        for place in self.places.get(name, ()):
            cell = line.cells[place]
            if cell not in self._nothing:
                return cell
        return None

    def _text(self, line: Line, name: LedgerField, reasons: list[Said]) -> str:
        if name not in self.places:
            return ""
        if name in MANY:
            parts = [_plain(cell) for cell in self._cells(line, name)]
            text = "\n\n".join(each for each in parts if each)
        else:
            text = _plain(self._first(line, name))
        if CONTROL.search(text):
            reasons.append(_reason(name, text, say("制御文字を含まない文字列")))
        if text.startswith("#") and text.casefold() in ERRORS:
            reasons.append(_reason(name, text, say("エラーになっていない値")))
        return text

    def _texts(self, line: Line, reasons: list[Said]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, limit in (
            (LedgerField.KEY, MAX_KEY), (LedgerField.SUBJECT, None), (LedgerField.TEXT, MAX_TEXT),
            (LedgerField.CATEGORY, MAX_SUBJECT), (LedgerField.REQUESTER_MAIL, 254),
            (LedgerField.REQUESTER_NAME, MAX_NAME), (LedgerField.ASSIGNEE_NAME, MAX_NAME),
            (LedgerField.ANSWER, MAX_TEXT),
        ):  # fmt: skip
            text = self._text(line, name, reasons)
            if limit is not None and len(text) > limit:
                reasons.append(_reason(name, text, say("%(n)s文字以内", n=limit)))
            if not text and name in NEEDED:
                reasons.append(_reason(name, "", say("空でない値")))
            found[name.value] = text
        mail = MAIL.search(found["requester_mail"])
        found["requester_mail"] = mail[0] if mail else found["requester_mail"]
        found["subject"], found["text"] = _title(found["subject"], found["text"])
        return found

    def _named_words(self, line: Line, reasons: list[Said]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, words in WORDS.items():
            given = self._first(line, name)
            if given is None:
                default = self.mapping.otherwise.get(name)
                if default:
                    found[name.value] = words(default)
                continue
            word = self._word(name, _plain(given))
            if word is None:
                reasons.append(_reason(name, given, [word_said(each) for each in words]))
            else:
                found[name.value] = words(word)
        return found

    def _word(self, name: LedgerField, given: str) -> str | None:
        """Return what a source's word is called here: as the mapping says, or the same word, or the mapping's rest."""
        asked = (name, given)
        if asked not in self._words:
            known, plain = self.mapping.words.get(name, {}), folded(given)
            same = {
                folded(label): each.value for each in WORDS[name] for label in (each.value, each.label, each.label_en)
            }
            found = known.get(plain) or same.get(plain) or self.mapping.otherwise.get(name)
            self._words[asked] = found
        return self._words[asked]

    def _times(self, line: Line, reasons: list[Said]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in (LedgerField.RECEIVED_AT, *MOMENTS):
            cell = self._first(line, name)
            if cell is not None:
                found[name.value] = self._moment(name, cell, reasons)
            elif name in NEEDED:
                reasons.append(_reason(name, "", say("空でない値")))
        found["comments"] = tuple(self._comments(line, reasons))
        return found

    def _moment(self, name: LedgerField, cell: object, reasons: list[Said]) -> datetime | None:
        try:
            return self._read(cell)
        except CellError as error:
            reasons.append(_reason(name, cell, _allowed_by(error)))
            return None

    def _read(self, cell: object) -> datetime:
        asked = (type(cell), cell)
        if asked not in self._moments:
            if len(self._moments) > MAX_KEPT:
                self._moments.clear()
            read = read_moment(cell, zone=self.mapping.zone, order=self.mapping.day_order, epoch=self.ledger.epoch)
            self._moments[asked] = read
        return self._moments[asked]

    def _comments(self, line: Line, reasons: list[Said]) -> Iterator[tuple[datetime | None, str]]:
        cells = [_plain(cell) for cell in self._cells(line, LedgerField.COMMENT)]
        if len(cells) > MAX_COMMENTS:
            reasons.append(_reason(LedgerField.COMMENT, len(cells), say("%(n)s個まで", n=MAX_COMMENTS)))
            return
        for text in cells:
            if CONTROL.search(text) or len(text) > MAX_TEXT:
                reasons.append(_reason(LedgerField.COMMENT, text, say("%(n)s文字以内", n=MAX_TEXT)))
            elif self.mapping.comment_form == "plain":
                yield None, text
            else:
                said_at, _sign, rest = text.partition(";")
                author, _sign, body = rest.partition(";")
                yield self._moment(LedgerField.COMMENT, said_at, reasons), f"{author}: {body}"


def found_places(mapping: LedgerMapping, ledger: Ledger) -> dict[LedgerField, list[int]]:
    """Return where each field's columns stand in a file, in order of preference."""
    places = {folded(name): place for place, name in enumerate(ledger.headings) if name}
    repeated: dict[str, list[int]] = {}
    for place, name in enumerate(ledger.headings):
        base = re.sub(r" \([0-9]{1,3}\)$", "", name)
        repeated.setdefault(folded(base), []).append(place)
    found: dict[LedgerField, list[int]] = {}
    for each, names in mapping.columns.items():
        asked = [folded(name) for name in names if name]
        if each in MANY:
            all_of = [
                place for name in asked for place in ([places[name]] if name in places else []) + repeated.get(name, [])
            ]
            listed = list(dict.fromkeys(all_of))
        else:
            listed = list(dict.fromkeys(places[name] for name in asked if name in places))
        if listed:
            found[each] = listed
    return found


def joined(rows: Sequence[Case]) -> Case:
    """Return the case that the rows of an event log tell together, in the order of their moments."""
    ordered = sorted(rows, key=lambda each: (each.updated_at or each.received_at, each.line))
    latest = ordered[-1]
    changes: list[tuple[datetime, TicketState]] = []
    for each in ordered:
        if each.state is not None and (not changes or changes[-1][1] is not each.state):
            changes.append((each.updated_at or each.received_at, each.state))
    first: dict[str, Any] = {
        name: min((value for each in rows if (value := getattr(each, name))), default=None)
        for name in ("first_answered_at", "escalated_at")
    }
    received = min(each.received_at for each in rows)
    return replace(latest, line=rows[0].line, received_at=received, changes=tuple(changes), **first)


def shown_cells(cells: Sequence[object]) -> tuple[str, ...]:
    """Return a row's cells as they are given back with its reasons."""
    return tuple(CONTROL.sub("�", _plain(cell))[:1_000] for cell in cells)


def _title(subject: str, text: str) -> tuple[str, str]:
    """Return a subject of one line that fits; what is cut off is kept in the text."""
    line = " ".join(subject.split())
    if len(line) <= MAX_SUBJECT:
        return line, text
    return f"{line[: MAX_SUBJECT - 1]}…", f"{line}\n\n{text}"[:MAX_TEXT]


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _allowed_by(error: CellError) -> Value:
    """Return what a reading of a cell says is allowed."""
    said = error.args[0]
    return said if isinstance(said, Said) else str(said)


def _reason(name: LedgerField, given: object, allowed: Value) -> Said:
    shown = CONTROL.sub("�", str(given))[:80]
    return say(
        "%(field)s「%(given)s」: 使えるのは %(allowed)s です。", field=word_said(name), given=shown, allowed=allowed
    )
