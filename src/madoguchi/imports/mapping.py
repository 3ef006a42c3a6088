"""Which column of somebody's ledger is what, and what their words are called at the desk."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from madoguchi.core.errors import Problem
from madoguchi.core.import_vocabulary import DayOrder, LedgerField
from madoguchi.core.metrics.reader import parse_toml
from madoguchi.core.vocabulary import Channel, LabelledEnum, Priority, TicketKind, TicketState
from madoguchi.imports.errors import MappingError
from madoguchi.imports.reading import DELIMITERS, ENCODINGS
from madoguchi.imports.values import Form
from madoguchi.people.sayings import Said, say

WORDS: Mapping[LedgerField, type[LabelledEnum]] = {
    LedgerField.STATE: TicketState,
    LedgerField.KIND: TicketKind,
    LedgerField.CHANNEL: Channel,
    LedgerField.PRIORITY: Priority,
}
NEEDED = (LedgerField.KEY, LedgerField.SUBJECT, LedgerField.RECEIVED_AT)
# of these all columns are read, of others the first that says something
MANY = frozenset((LedgerField.TEXT, LedgerField.COMMENT))
MAX_WORDS, MAX_TEXT, MAX_SOURCES = 500, 200, 60
KEYS = frozenset(("system", "zone", "day_order", "is_event_log", "comment_form", "skip", "missing", "file", "columns",
                  "words", "otherwise", "title"))  # fmt: skip
COMMENT_FORMS = ("plain", "date;author;text")


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerMapping:
    """How a ledger is read. In an event log a ticket has a row for each change, otherwise exactly one row.

    `columns` name headings, in order of preference; `words` hold the source's words, folded; a cell that is one of
    `missing` says nothing.
    """

    system: str
    title: str = ""
    form: Form = field(default_factory=Form)
    zone: str = "Asia/Tokyo"
    day_order: DayOrder = DayOrder.YEAR_FIRST
    is_event_log: bool = False
    comment_form: str = "plain"
    skip: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    columns: Mapping[LedgerField, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[LedgerField, Mapping[str, str]] = field(default_factory=dict)
    otherwise: Mapping[LedgerField, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the mapping as it is kept, and as a profile's file says it."""
        form = self.form
        return {
            "system": self.system, "title": self.title, "zone": self.zone, "day_order": self.day_order.value,
            "is_event_log": self.is_event_log, "comment_form": self.comment_form, "skip": list(self.skip),
            "missing": list(self.missing),
            "file": {
                "encoding": form.encoding, "delimiter": form.delimiter, "has_quotes": form.has_quotes,
                "header_line": form.header_line, "sheet": form.sheet,
            },
            "columns": {each.value: list(names) for each, names in self.columns.items()},
            "words": {each.value: dict(words) for each, words in self.words.items()},
            "otherwise": {each.value: word for each, word in self.otherwise.items()},
        }  # fmt: skip


def folded(word: object) -> str:
    """Return a word as it is compared: without regard to width, case and spaces around."""
    return unicodedata.normalize("NFKC", str(word)).strip().casefold()


def mapping_of_toml(text: str) -> LedgerMapping:
    problems: list[Problem] = []
    table = parse_toml("", text, problems)
    if table is None:
        raise MappingError(say("TOMLとして読み取れません: %(what)s", what=problems[0].given))
    return mapping_of(table)


def mapping_of(given: Mapping[str, Any]) -> LedgerMapping:
    """Return what a profile or a form says. Raises MappingError naming what is wrong and what is allowed."""
    unknown = sorted(set(given) - KEYS)
    if unknown:
        raise _wrong(unknown[0], given[unknown[0]], sorted(KEYS))
    return LedgerMapping(
        system=_system(given.get("system", "ledger")),
        title=_text(given, "title", ""),
        form=_form(_table(given, "file")),
        zone=_one_of(given, "zone", "Asia/Tokyo", available_timezones()),
        day_order=DayOrder(_one_of(given, "day_order", DayOrder.YEAR_FIRST.value, set(DayOrder))),
        is_event_log=_flag(given, "is_event_log", default=False),
        comment_form=_one_of(given, "comment_form", "plain", COMMENT_FORMS),
        skip=tuple(_texts("skip", given.get("skip", []))),
        missing=_texts("missing", given.get("missing", [])),
        columns={_field("columns", name): _texts(name, names) for name, names in _table(given, "columns").items()},
        words={_worded("words", name): _words(name, words) for name, words in _table(given, "words").items()},
        otherwise={
            _worded("otherwise", name): _otherwise(name, word) for name, word in _table(given, "otherwise").items()
        },
    )


def _wrong(key: str, given: object, allowed: Sequence[object]) -> MappingError:
    said = say(
        "%(key)s: 「%(given)s」は使えません。使える値: %(allowed)s",
        key=key[:80], given=str(given)[:80],
        allowed=[each if isinstance(each, Said) else str(each) for each in allowed],
    )  # fmt: skip
    return MappingError(said)


def _system(given: object) -> str:
    plain = isinstance(given, str) and 0 < len(given) <= 30 and given.isascii()  # noqa: PLR2004  # kept with each key
    if not (plain and str(given).replace("-", "").replace("_", "").isalnum()):
        raise _wrong("system", given, ["znuny", "ledger-2026"])
    return str(given)


def _table(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name, {})
    if not isinstance(found, Mapping) or len(found) > MAX_WORDS:
        raise _wrong(name, found, ["[" + name + "]"])
    return found


def _text(given: Mapping[str, Any], name: str, default: str) -> str:
    found = given.get(name, default)
    if not isinstance(found, str) or len(found) > MAX_TEXT or "\x00" in found:
        raise _wrong(name, found, [say("%(n)s文字までの文字列", n=MAX_TEXT)])
    return found


def _flag(given: Mapping[str, Any], name: str, *, default: bool) -> bool:
    found = given.get(name, default)
    if not isinstance(found, bool):
        raise _wrong(name, found, ["true", "false"])
    return found


def _one_of(given: Mapping[str, Any], name: str, default: str, allowed: Any) -> str:  # noqa: ANN401  # any collection
    found = given.get(name, default)
    if not isinstance(found, str) or found not in allowed:
        raise _wrong(name, found, sorted(allowed))
    return found


def _texts(name: str, given: object) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or len(listed) > MAX_SOURCES:
        raise _wrong(name, given, [say("見出しの一覧")])
    return tuple(_text({name: each}, name, "") for each in listed)


def _form(given: Mapping[str, Any]) -> Form:
    line = given.get("header_line", 0)
    if not isinstance(line, int) or isinstance(line, bool) or not 0 <= line <= 100:  # noqa: PLR2004  # a page of text
        raise _wrong("header_line", line, ["0", "…", "100"])
    return Form(
        encoding=_one_of(given, "encoding", "auto", ("auto", "xlsx", *ENCODINGS)),
        delimiter=_one_of(given, "delimiter", "auto", ("auto", "", *DELIMITERS)),
        has_quotes=_flag(given, "has_quotes", default=True),
        header_line=line,
        sheet=_text(given, "sheet", ""),
    )


def _field(where: str, name: str) -> LedgerField:
    if name not in set(LedgerField):
        raise _wrong(where, name, list(LedgerField))
    return LedgerField(name)


def _worded(where: str, name: str) -> LedgerField:
    found = _field(where, name)
    if found not in WORDS and found is not LedgerField.CATEGORY:
        raise _wrong(where, name, [*WORDS, LedgerField.CATEGORY])
    return found


def _words(name: str, given: object) -> dict[str, str]:
    if not isinstance(given, Mapping) or len(given) > MAX_WORDS:
        raise _wrong(name, given, ["[words." + name + "]"])
    return {folded(each): _otherwise(name, word) for each, word in given.items()}


def _otherwise(name: str, word: object) -> str:
    words = WORDS.get(LedgerField(name))
    if not isinstance(word, str) or (words is not None and word not in set(words)) or len(word) > MAX_TEXT:
        raise _wrong(name, word, list(words or ()))
    return word
