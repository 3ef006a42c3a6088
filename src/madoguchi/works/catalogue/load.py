"""A form's TOML text as a value; every problem is named with file and key."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from madoguchi.core.errors import InvalidInputError, Problem
from madoguchi.core.metrics.reader import Reader, parse_toml
from madoguchi.core.vocabulary import Priority, RoleKind
from madoguchi.core.works_vocabulary import ApprovalBy, Effect, FieldKind, FormGroup, Register
from madoguchi.works.catalogue.spec import ApprovalStep, Choice, Document, Field, Form, TaskStep, Text, When

Part = TypeVar("Part", Field, Document, ApprovalStep, TaskStep, Choice)
MAX_PARTS = 60
MAX_BYTES = 100_000
APPLICANTS = frozenset((RoleKind.USER, RoleKind.OPERATOR, RoleKind.OPERATIONS_MANAGER, RoleKind.RESPONSIBLE_DIVISION))
# what an effect reads: the key of a field and its kind
NEEDS: Mapping[Effect, Mapping[str, FieldKind]] = {
    Effect.NOTHING: {},
    Effect.ISSUE_SECRET: {},
    Effect.RAISE_INCIDENT: {},
    Effect.REPORT: {},
    Effect.RESERVE: {"item": FieldKind.ITEM, "start_date": FieldKind.DATE, "until_date": FieldKind.DATE},
    Effect.LEND: {},
    Effect.TAKE_BACK: {"item": FieldKind.ITEM, "condition": FieldKind.TEXT},
    Effect.REGISTER: {"item_number": FieldKind.TEXT, "item_name": FieldKind.TEXT},
    Effect.RENEW: {"item": FieldKind.ITEM, "until": FieldKind.DATE},
    Effect.HAND_OVER: {"item": FieldKind.ITEM, "receiver": FieldKind.PERSON},
    Effect.PLACE: {"item": FieldKind.ITEM, "place": FieldKind.TEXT},
    Effect.SUPPLY: {"item": FieldKind.ITEM, "quantity": FieldKind.NUMBER},
    Effect.CHANGE_ACCOUNT: {"item": FieldKind.ITEM, "what": FieldKind.CHOICE},
    Effect.PASS_ON: {},
    Effect.MARK_LOST: {"item": FieldKind.ITEM},
    Effect.RETIRE: {"item": FieldKind.ITEM},
}


def load_form(text: str, *, file: str) -> Form:
    """Return a form. Raises InvalidInputError with every problem in the text."""
    problems: list[Problem] = []
    if len(text.encode()) > MAX_BYTES:
        problems.append(Problem(where=file, key="", given=f"{len(text)} letters", allowed=f"{MAX_BYTES} bytes"))
        raise InvalidInputError(problems)
    table = parse_toml(file, text, problems)
    if table is None:
        raise InvalidInputError(problems)
    reader = Reader(file=file, table=table, problems=problems)
    form = _form(reader)
    reader.finish()
    problems += list(_cross_problems(form, file))
    if problems:
        raise InvalidInputError(problems)
    return form


def _form(reader: Reader) -> Form:
    return Form(
        key=reader.identifier("key"),
        title=_text(reader, "title", required=True),
        group=reader.word("group", FormGroup) or FormGroup.ACCOUNT,
        position=reader.integer("position", default=50, maximum=1000),
        description=_text(reader, "description"),
        category=reader.text("category"),
        priority=reader.word("priority", Priority, default=Priority.NORMAL) or Priority.NORMAL,
        who=_who(reader),
        allowance_open_days=reader.integer("allowance_open_days", default=3, maximum=260),
        fields=_parts(reader, "field", _field),
        documents=_parts(reader, "document", _document),
        approvals=_parts(reader, "approval", _approval),
        tasks=_parts(reader, "task", _task),
        done_text=reader.text("done_text", default="申請された作業が完了しました。"),
        is_offered=reader.flag("offered", default=True),
    )


def _text(reader: Reader, name: str, *, required: bool = False) -> Text:
    japanese = reader.text(name, required=required)
    return Text(ja=japanese, en=reader.text(f"{name}_en", default=japanese))


def _who(reader: Reader) -> frozenset[RoleKind]:
    given = reader.texts("who")
    for each in given:
        if each not in APPLICANTS:
            reader.report("who", given=each, allowed="one of " + ", ".join(sorted(APPLICANTS)))
    return frozenset(RoleKind(each) for each in given if each in APPLICANTS) or APPLICANTS


def _parts(reader: Reader, name: str, read: Callable[[Reader], Part]) -> tuple[Part, ...]:
    children = reader.children(name)
    if len(children) > MAX_PARTS:
        reader.report(name, given=len(children), allowed=f"at most {MAX_PARTS}")
    found = []
    for child in children[:MAX_PARTS]:
        found.append(read(child))
        child.finish()
    return tuple(found)


def _when(reader: Reader) -> When | None:
    child = reader.child("when")
    if child is None:
        return None
    found = When(field=child.identifier("field"), values=child.texts("is"))
    if not found.values:
        child.report("is", given="nothing", allowed="a list of values (yes or no for a confirmation)")
    child.finish()
    return found


def _field(reader: Reader) -> Field:
    kind = reader.word("kind", FieldKind, default=FieldKind.TEXT) or FieldKind.TEXT
    field = Field(
        key=reader.identifier("key"), label=_text(reader, "label", required=True), kind=kind,
        help=_text(reader, "help"), is_required=reader.flag("required", default=False),
        choices=_parts(reader, "choices", _choice),
        minimum=reader.integer("minimum", default=0, maximum=10**9) if reader.has("minimum") else None,
        maximum=reader.integer("maximum", default=200, minimum=1, maximum=10**9) if reader.has("maximum") else None,
        not_before=reader.identifier("not_before", required=False), when=_when(reader),
        register=_register(reader),
    )  # fmt: skip
    if (kind is FieldKind.CHOICE) != bool(field.choices):
        reader.report("choices", given=len(field.choices), allowed="at least one choice, for the kind choice alone")
    return field


def _register(reader: Reader) -> Register | None:
    return reader.word("register", Register) if reader.has("register") else None


def _choice(reader: Reader) -> Choice:
    return Choice(value=reader.identifier("value"), label=_text(reader, "label", required=True))


def _document(reader: Reader) -> Document:
    return Document(
        key=reader.identifier("key"), label=_text(reader, "label", required=True),
        is_required=reader.flag("required", default=False),
    )  # fmt: skip


def _approval(reader: Reader) -> ApprovalStep:
    return ApprovalStep(
        key=reader.identifier("key"), label=_text(reader, "label", required=True),
        by=reader.word("by", ApprovalBy) or ApprovalBy.RESPONSIBLE_DIVISION,
        agrees_due=reader.flag("agrees_due", default=False), when=_when(reader),
    )  # fmt: skip


def _task(reader: Reader) -> TaskStep:
    return TaskStep(
        key=reader.identifier("key"), label=_text(reader, "label", required=True), when=_when(reader),
        fields=_parts(reader, "field", _field),
        effect=reader.word("effect", Effect, default=Effect.NOTHING) or Effect.NOTHING,
        register=_register(reader), told=reader.text("told"),
    )  # fmt: skip


def _cross_problems(form: Form, file: str) -> Iterator[Problem]:
    def problem(key: str, given: str, allowed: str) -> Problem:
        return Problem(where=file, key=key, given=given, allowed=allowed)

    if not form.tasks:
        yield problem("task", "none", "at least one task: what is done for the applicant")
    for part, keys in (
        ("field", [each.key for each in form.all_fields()] + [each.key for each in form.documents]),
        ("approval", [each.key for each in form.approvals]),
        ("task", [each.key for each in form.tasks]),
    ):
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield problem(part, f"key {key!r} twice", "each key once in the form")
    for where, when in _conditions(form):
        if when.field not in {each.key for each in form.all_fields()}:
            yield problem(where, f"a condition on {when.field!r}", "the key of a field of the form")
    yield from _effect_problems(form, problem)


def _conditions(form: Form) -> Iterable[tuple[str, When]]:
    parts: tuple[tuple[str, Field | ApprovalStep | TaskStep], ...] = (
        *(("field", each) for each in form.all_fields()),
        *(("approval", each) for each in form.approvals),
        *(("task", each) for each in form.tasks),
    )
    return ((f"{name} {each.key}", each.when) for name, each in parts if each.when)


def _effect_problems(form: Form, problem: Callable[[str, str, str], Problem]) -> Iterator[Problem]:
    kinds = {each.key: each.kind for each in form.all_fields()}
    for task in form.tasks:
        for key, kind in NEEDS[task.effect].items():
            if kinds.get(key) is not kind:
                given = f"effect {task.effect} without a field {key!r}"
                yield problem(f"task {task.key}", given, f"a field {key!r} of the kind {kind}")
        if task.effect is Effect.REGISTER and task.register is None:
            yield problem(f"task {task.key}", "effect register without a register", "one of " + ", ".join(Register))
        for field in task.fields:
            if field.kind is FieldKind.TICKET:
                allowed = "a field of the application: what a ticket is for is known when it is opened"
                yield problem(f"field {field.key}", "the kind ticket in a task", allowed)
        if task.effect is Effect.PASS_ON and task.fields:
            yield problem(f"task {task.key}", "effect pass_on with fields", "none: the systems tick it by themselves")
    for field in form.all_fields():
        if field.not_before and kinds.get(field.not_before) is not field.kind:
            yield problem(f"field {field.key}", f"not_before {field.not_before!r}", "a field of the same kind")
