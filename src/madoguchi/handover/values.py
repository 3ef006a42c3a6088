"""A row as it stands in an archive: JSON that any program reads, and back, held to the column it goes into."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

Field = models.Field[Any, Any]


class WrongValueError(Exception):
    """A value that its column cannot hold; the text says what is allowed."""


def written(value: object) -> object:
    """Return a column's value as JSON has it; bytes are named by their hash and stand in a file of their own."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        content = bytes(value)
        return {"file": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return value


def read(field: Field, value: object, *, content: Callable[[str], bytes]) -> object:
    """Return what stands in an archive as the column holds it. Raises WrongValueError."""
    if value is None:
        if not field.null:
            raise WrongValueError("a value")
        return None
    if isinstance(field, models.BinaryField):
        if not isinstance(value, dict) or not isinstance(value.get("file"), str):
            raise WrongValueError("the name of a file of the archive")
        return content(value["file"])
    if isinstance(field, models.JSONField):
        return _without_nul(value)
    return _plain(field, value)


def _plain(field: Field, value: object) -> object:
    kind = next(kind for of, kind in KINDS if isinstance(field, of))
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise WrongValueError(f"{kind.__name__}")
    longest = field.max_length if isinstance(field, models.CharField) else None
    if isinstance(value, str) and ("\0" in value or (longest and len(value) > longest)):
        raise WrongValueError(f"a text without NUL, of at most {longest or 'any'} characters")
    try:
        found: object = field.to_python(value)
        if isinstance(value, int) and not isinstance(value, bool):
            for check in field.validators:
                if isinstance(check, MinValueValidator | MaxValueValidator):
                    check(found)
    except (ValidationError, ValueError) as error:
        raise WrongValueError(f"what the column {field.column} takes") from error
    if isinstance(found, datetime) and found.tzinfo is None:
        raise WrongValueError("a moment with its offset")
    return found


KINDS: tuple[tuple[type[Field] | tuple[type[Field], ...], type], ...] = (
    (models.BooleanField, bool),
    ((models.IntegerField, models.AutoField), int),
    (models.FloatField, float),
    (models.Field, str),
)


def _without_nul(value: object) -> object:
    if isinstance(value, str) and "\0" in value:
        raise WrongValueError("texts without NUL")
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    if isinstance(value, dict):
        return {_key(name): _without_nul(each) for name, each in value.items()}
    return value


def _key(name: str) -> str:
    _without_nul(name)
    return name
