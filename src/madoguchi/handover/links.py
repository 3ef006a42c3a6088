"""Keys of rows that stand inside JSON columns, where no foreign key shows them."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from madoguchi.core.works_vocabulary import FieldKind
from madoguchi.handover.tables import DIVISION, PERSON
from madoguchi.works.queries import read_form

Row = Mapping[str, Any]
ITEM = "assets.Item"
ROLE = "contracts.Role"
OF_KIND = {FieldKind.PERSON: PERSON, FieldKind.ITEM: ITEM}


class Link(NamedTuple):
    """A key at one place of a row: which table it is of, and the container and name that hold it."""

    label: str
    holder: Any
    name: str | int

    @property
    def key(self) -> int:
        return int(self.holder[self.name])


class Links:
    """Finds the keys inside rows as they come by, forms before applications before tasks."""

    def __init__(self) -> None:
        self._kinds: dict[int, dict[str, str]] = {}
        self._forms: dict[int, int] = {}

    def inside(self, label: str, row: Row) -> Iterator[Link]:
        """Yield the keys inside one row."""
        if label == "works.FormVersion":
            self._note_form(row)
        elif label == "works.Application":
            self._forms[row["id"]] = row["form_id"]
            yield from self._answers(row["answers"], row["form_id"])
        elif label == "works.Task":
            yield from self._answers(row["records"], self._forms.get(row["application_id"], 0))
        elif label == "desk.Activity":
            yield from _named(PERSON, row["fields"], "assignee", "person")
        elif label == "assets.ItemImportRow":
            yield from (*_named(PERSON, row["before"], "holder"), *_named(PERSON, row["after"], "holder"))
        elif label == "works.PersonnelChange":
            yield from _before(row["before"])
        elif label == "handover.Origin":
            yield from (Link(PERSON, row["people"], old) for old in row["people"])

    def _note_form(self, row: Row) -> None:
        form = read_form(row["text"], f"{row['key']}.toml")
        self._kinds[row["id"]] = {each.key: OF_KIND[each.kind] for each in form.all_fields() if each.kind in OF_KIND}

    def _answers(self, answers: Any, form: int) -> Iterator[Link]:  # noqa: ANN401  # JSON
        for name, label in self._kinds.get(form, {}).items():
            yield from _named(label, answers, name)


def _named(label: str, holder: Any, *names: str) -> Iterator[Link]:  # noqa: ANN401  # JSON
    for name in names:
        if isinstance(holder, dict) and isinstance(holder.get(name), int):
            yield Link(label, holder, name)


def _before(before: Any) -> Iterator[Link]:  # noqa: ANN401  # JSON
    if not isinstance(before, dict):
        return
    roles = before.get("roles", [])
    yield from (Link(ROLE, roles, place) for place in range(len(roles)))
    yield from (Link(DIVISION, each, 0) for each in before.get("divisions", []) if each[0] is not None)
