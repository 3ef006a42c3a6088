"""A table as a TOML text that reads back as the same table."""

import json
from collections.abc import Iterator, Mapping
from datetime import date


def toml_text(table: Mapping[str, object]) -> str:
    """Return a table of texts, numbers, days, flags, lists and tables as TOML. Comments are not kept anywhere."""
    return "\n".join(_lines(table, path="")).strip("\n") + "\n"


def _lines(table: Mapping[str, object], *, path: str) -> Iterator[str]:
    for name, value in table.items():
        if not isinstance(value, dict) and not _is_tables(value):
            yield f"{_key(name)} = {_value(value)}"
    for name, value in table.items():
        place = f"{path}.{_key(name)}" if path else _key(name)
        if isinstance(value, dict):
            yield from ("", f"[{place}]")
            yield from _lines(value, path=place)
        elif isinstance(value, list) and _is_tables(value):
            for each in value:
                yield from ("", f"[[{place}]]")
                yield from _lines(each, path=place)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _key(name: str) -> str:
    is_bare = name.replace("_", "").replace("-", "").isalnum() and name.isascii()
    return name if is_bare else _text(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """Return a basic string; JSON escapes all that TOML asks for but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
