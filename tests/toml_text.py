"""TOML values as JSON has them, and as TOML text again."""

import json
from datetime import date


def plain(value: object) -> object:
    """Return a TOML value as JSON has it: dates are texts there."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(key)} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def document(table: dict[str, object]) -> str:
    return "".join(f"{quoted(key)} = {toml(value)}\n" for key, value in table.items())
