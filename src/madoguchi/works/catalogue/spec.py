"""What a form of the catalogue says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from madoguchi.core.vocabulary import Priority, RoleKind
from madoguchi.core.works_vocabulary import ApprovalBy, Effect, FieldKind, FormGroup, Register

Answers = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text in both languages."""

    ja: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.ja)


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A condition on an earlier answer or record."""

    field: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        return stored_word(answers.get(self.field)) in self.values


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    key: str
    label: Text
    kind: FieldKind
    help: Text
    is_required: bool
    choices: tuple[Choice, ...]
    minimum: int | None
    maximum: int | None
    not_before: str
    when: When | None
    register: Register | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    key: str
    label: Text
    is_required: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalStep:
    """One approval; with `agrees_due` the approver also says by when the work is to be done."""

    key: str
    label: Text
    by: ApprovalBy
    agrees_due: bool
    when: When | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskStep:
    """One thing to do, what is recorded of it, what it does, and what the applicant is told then."""

    key: str
    label: Text
    when: When | None
    fields: tuple[Field, ...]
    effect: Effect
    register: Register | None
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    key: str
    title: Text
    group: FormGroup
    position: int
    description: Text
    category: str
    priority: Priority
    who: frozenset[RoleKind]
    allowance_open_days: int
    fields: tuple[Field, ...]
    documents: tuple[Document, ...]
    approvals: tuple[ApprovalStep, ...]
    tasks: tuple[TaskStep, ...]
    done_text: str
    is_offered: bool

    def approval(self, key: str) -> ApprovalStep:
        return next(each for each in self.approvals if each.key == key)

    def task(self, key: str) -> TaskStep:
        return next(each for each in self.tasks if each.key == key)

    def all_fields(self) -> Iterator[Field]:
        yield from self.fields
        for task in self.tasks:
            yield from task.fields


def stored_word(value: object) -> str:
    """Return an answer as conditions compare it: `yes` and `no` for flags, a text for the rest."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def is_wanted(when: When | None, answers: Answers) -> bool:
    return when is None or when.holds(answers)
