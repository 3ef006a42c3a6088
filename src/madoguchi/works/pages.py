"""A form's fields as a page shows them: one page renders every form of the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.core.works_vocabulary import FieldKind
from madoguchi.works.catalogue.answers import LONG_LETTERS, TEXT_LETTERS
from madoguchi.works.catalogue.spec import Answers, Field, is_wanted
from madoguchi.works.choosing import items_to_choose, people_to_choose

SHOWN_OPTIONS = 500
INPUT_TYPES: Mapping[FieldKind, str] = {
    FieldKind.DATE: "date",
    FieldKind.MOMENT: "datetime-local",
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "text",
    FieldKind.TICKET: "text",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRow:
    """A field with what was typed and what was wrong with it; `options` are items or people to choose from.

    Where there are more of them than a list can show, `is_written`: a number, a name or an address is typed.
    """

    field: Field
    typed: str
    error: str
    input_type: str
    limit: int
    options: tuple[tuple[int, str], ...]
    is_written: bool
    is_conditional: bool


def field_rows(
    fields: Iterable[Field], *, access: Access, typed: Mapping[str, str], errors: Mapping[str, str], earlier: Answers
) -> list[FieldRow]:
    """Return the fields to show; a condition on an earlier answer is settled here, one on this page by the page."""
    fields = tuple(fields)
    here = {each.key for each in fields}
    return [
        FieldRow(
            field=each, typed=typed.get(each.key, ""), error=errors.get(each.key, ""),
            input_type=INPUT_TYPES.get(each.kind, ""), options=options, is_written=len(options) > SHOWN_OPTIONS,
            limit=each.maximum or (LONG_LETTERS if each.kind is FieldKind.LONG_TEXT else TEXT_LETTERS),
            is_conditional=each.when is not None and each.when.field in here,
        )
        for each in fields
        if (each.when is not None and each.when.field in here) or is_wanted(each.when, earlier)
        for options in (_options(each, access),)
    ]  # fmt: skip


def _options(field: Field, access: Access) -> tuple[tuple[int, str], ...]:
    """Return what can be chosen, and one more than can be shown."""
    if field.kind is FieldKind.ITEM:
        return tuple((each.pk, str(each)) for each in items_to_choose(access, field)[: SHOWN_OPTIONS + 1])
    if field.kind is FieldKind.PERSON:
        people = people_to_choose(access, day=timezone.localdate())
        return tuple((each.pk, each.name) for each in people[: SHOWN_OPTIONS + 1])
    return ()
