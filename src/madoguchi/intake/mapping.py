"""A mapping file: which column of somebody's export is which column of a fact table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.events import FACT_TABLES, SOURCE_COLUMNS, ColumnKind, FactTable
from madoguchi.core.metrics.reader import Reader, only_one, parse_toml
from madoguchi.intake.rows import ENCODINGS, FileForm

FORMS = ("seconds", "minutes", "milliseconds", "h:mm:ss", "h:mm", "m:ss")
TAKES = ("first", "last", "lowest", "highest", "count_changes")
NO_DELIMITERS = ('"', "\r", "\n")
Words = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Rows whose cell is one of these words."""

    column: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMapping:
    """Where a fact column comes from: a source column, or a constant.

    `words` translates cells; a cell that is not in it becomes `otherwise`, or is refused where that is None.
    For grouped rows `take` picks among those that pass `when`.
    """

    name: str
    source: str | None
    constant: object = None
    words: Words | None = None
    otherwise: str | None = None
    formats: tuple[str, ...] = ()
    zone: str | None = None
    form: str = "seconds"
    take: str = "last"
    when: tuple[Filter, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RowMapping:
    """A whole mapping file. `order` names the columns by which the rows of one event are put in order."""

    table: FactTable
    system: str
    contract: str
    key: tuple[str, ...]
    form: FileForm
    missing: frozenset[str]
    columns: tuple[ColumnMapping, ...]
    where: tuple[Filter, ...]
    is_grouped: bool
    order: tuple[str, ...]
    replaces: bool

    def sources(self) -> set[str]:
        """Return every column of the source file that the mapping reads."""
        named = {each.source for each in self.columns if each.source}
        filters = [*self.where, *(each for column in self.columns for each in column.when)]
        return {*named, *self.key, *self.order, *(each.column for each in filters)}


def load_mapping(text: str, *, file: str) -> RowMapping:
    """Return a mapping file as a value. Raises InvalidInputError with every problem in it."""
    problems: list[Problem] = []
    table = parse_toml(file, text, problems)
    mapping = _load(Reader(file=file, table=table, problems=problems)) if table is not None else None
    if problems or mapping is None:
        raise InvalidInputError(problems)
    return mapping


def read_mapping(path: Path) -> RowMapping:
    return load_mapping(path.read_text(encoding="utf-8-sig"), file=path.name)


def _load(reader: Reader) -> RowMapping | None:
    given = reader.text("format", required=True)
    if given and given != "mapping":
        reader.report("format", given=given, allowed="mapping, or the format of a telephone system or contact centre")
    name = reader.text("table", required=True)
    if name not in FACT_TABLES:
        reader.report("table", given=name, allowed="one of " + ", ".join(sorted(FACT_TABLES)))
        return None
    order = reader.texts("order")
    mapping = RowMapping(
        table=FACT_TABLES[name],
        system=reader.identifier("system"),
        contract=reader.text("contract", required=True),
        key=reader.texts("key"),
        form=_load_form(reader),
        missing=frozenset(reader.texts("missing")) | {""},
        columns=_load_columns(reader, FACT_TABLES[name]),
        where=_load_filters(reader, "where"),
        is_grouped=bool(order),
        order=order,
        replaces=reader.flag("replaces", default=False),
    )
    if not mapping.key:
        reader.report("key", given="missing", allowed="the columns that name a row of the source")
    reader.finish()
    return mapping


def _load_form(reader: Reader) -> FileForm:
    child = reader.child("file")
    if child is None:
        return FileForm()
    encoding = child.text("encoding", default="auto")
    if encoding not in (*ENCODINGS, "auto"):
        child.report("encoding", given=encoding, allowed="one of " + ", ".join((*ENCODINGS, "auto")))
    form = FileForm(
        encoding=encoding,
        delimiter=child.text("delimiter", default=","),
        header_line=child.integer("header_line", default=1, minimum=0, maximum=100)
        if child.has("header_line")
        else None,
        sheet=child.text("sheet") or None,
        columns=child.texts("columns"),
    )
    if form.header_line == 0 and not form.columns:
        child.report("header_line", given=0, allowed="the line of the headings, or the columns' names in `columns`")
    if len(form.delimiter) != 1 or form.delimiter in NO_DELIMITERS:
        child.report("delimiter", given=form.delimiter, allowed="one character, no quotation mark and no end of line")
    child.finish()
    return form


def _load_columns(reader: Reader, table: FactTable) -> tuple[ColumnMapping, ...]:
    formats, zone = reader.texts("moments") or ("iso",), _load_zone(reader)
    child = reader.child("columns")
    if child is None:
        reader.report("columns", given="missing", allowed="a table [columns]")
        return ()
    fixed = {column.name for column in SOURCE_COLUMNS}
    possible = [name for name in table.column_names() if name not in fixed]
    loaded = []
    for name in child.table:
        inner = child.child(name)
        if name not in possible:
            child.report(name, given=name, allowed="one of " + ", ".join(possible))
        elif inner is not None:
            loaded.append(_load_column(inner, name=name, table=table, formats=formats, zone=zone))
    given = {each.name for each in loaded}
    for column in table.columns:
        if column.is_required and column.name not in given and column.name not in fixed:
            child.report(column.name, given="missing", allowed=f"a source for it: {table.name} needs it")
    return tuple(loaded)


def _load_column(
    reader: Reader, *, name: str, table: FactTable, formats: tuple[str, ...], zone: str | None
) -> ColumnMapping:
    column = table.column(name)
    kind = only_one(reader, ("from", "value"))
    form = reader.text(
        "form", default="milliseconds" if column and column.kind is ColumnKind.MILLISECONDS else "seconds"
    )
    if form not in FORMS:
        reader.report("form", given=form, allowed="one of " + ", ".join(FORMS))
    constant = reader.raw("value") if kind == "value" else None
    if isinstance(constant, dict | list):
        reader.report("value", given=constant, allowed="a text, a number, a moment, true or false")
    take = reader.text("take", default="last")
    if take not in TAKES:
        reader.report("take", given=take, allowed="one of " + ", ".join(TAKES))
    mapping = ColumnMapping(
        name=name,
        source=reader.text("from") or None if kind == "from" else None,
        constant=constant,
        words=_load_words(reader),
        otherwise=reader.text("otherwise") if reader.has("otherwise") else None,
        formats=reader.texts("moments") or formats,
        zone=_load_zone(reader) or zone,
        form=form,
        take=take,
        when=_load_filters(reader, "when"),
    )
    reader.finish()
    return mapping


def _load_zone(reader: Reader) -> str | None:
    zone = reader.text("zone")
    if zone and zone not in available_timezones():
        reader.report("zone", given=zone, allowed="a zone such as Asia/Tokyo or UTC")
        return None
    return zone or None


def _load_words(reader: Reader) -> Words | None:
    child = reader.child("map")
    return None if child is None else {name: child.text(name) for name in child.table}


def _load_filters(reader: Reader, name: str) -> tuple[Filter, ...]:
    child = reader.child(name)
    if child is None:
        return ()
    return tuple(Filter(column=column, words=child.texts(column)) for column in child.table)
