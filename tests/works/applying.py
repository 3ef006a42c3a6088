"""Applying, approving and carrying out, for tests: any form of the catalogue with believable answers."""

from datetime import datetime, timedelta

from tests.desk_world import NOW, World

from madoguchi.assets.models import Item, Loan
from madoguchi.assets.operations.items import NewItem, add_item
from madoguchi.assets.operations.loans import NewLoan, lend_item, reserve_item
from madoguchi.core.vocabulary import Channel, RoleKind
from madoguchi.core.works_vocabulary import ApprovalState, Effect, FieldKind, Register
from madoguchi.desk.operations.around import File
from madoguchi.works.catalogue.spec import Field, Form
from madoguchi.works.models import Application, Approval
from madoguchi.works.operations.apply import NewApplication, apply_for
from madoguchi.works.operations.approve import Decision, decide_approval
from madoguchi.works.operations.fulfil import finish_task
from madoguchi.works.queries import form_in_force, form_of, open_tasks, task_lines

DAY = timedelta(days=1)


def believable(field: Field) -> str:
    """Return an answer a person might give: the first choice, a day ahead, a text."""
    return {
        FieldKind.TEXT: f"{field.label.ja}の例",
        FieldKind.LONG_TEXT: f"{field.label.ja}の例\n二行目",
        FieldKind.NUMBER: str(max(field.minimum or 0, 3)),
        FieldKind.DATE: "2026-06-01",
        FieldKind.MOMENT: "2026-05-20T09:30",
        FieldKind.CHOICE: field.choices[0].value if field.choices else "",
        FieldKind.FLAG: "on",
    }.get(field.kind, "")


def answers_to(world: World, form: Form, *, by: RoleKind = RoleKind.USER, **given: str) -> dict[str, str]:
    """Return believable answers, but for those that are given."""
    found: dict[str, str] = {}
    for field in form.fields:
        if field.when is None or found.get(field.when.field) in field.when.values:
            found[field.key] = given.get(field.key) or (
                str(own_item(world, field, by).pk) if field.kind is FieldKind.ITEM else believable(field)
            )
    return found | given


def own_item(world: World, field: Field, by: RoleKind) -> Item:
    """Return a thing that the applicant holds."""
    assert field.register is not None
    number = f"{field.register.value}-{Item.objects.count()}"
    new = NewItem(register=field.register, number=number, name=f"{number}の名称", holder=world.person(by))
    return add_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)


def apply(world: World, key: str, *, by: RoleKind = RoleKind.USER, at: datetime = NOW, **changes: str) -> Application:
    form, _ = form_in_force(contract=world.contract, key=key)
    if by not in form.who:
        by = RoleKind.OPERATOR
    documents = {each.key: File(name="案.txt", media_type="text/plain", content=b"plan") for each in form.documents}
    new = NewApplication(
        form=key, answers=answers_to(world, form, by=by, **changes), requester=world.person(by), channel=Channel.WEB,
        documents=documents,
    )  # fmt: skip
    return apply_for(access=world.access[by], new=new, now=at)


def waiting(application: Application) -> Approval | None:
    return application.approvals.filter(state=ApprovalState.ASKED.value).first()


def approve_all(world: World, application: Application, *, at: datetime) -> None:
    """Let everybody who is asked approve, agreeing a due date ten days ahead where one is asked."""
    while (approval := waiting(application)) is not None:
        person = approval.asks.order_by("pk").first()
        assert person is not None
        access = next(each for each in world.access.values() if each.person.pk == person.person_id)
        decision = Decision(is_approved=True, due_at=at + 10 * DAY)
        decide_approval(access=access, approval_id=approval.pk, decision=decision, now=at)


def item_for(world: World, register: Register, number: str, *, quantity: int = 5) -> Item:
    new = NewItem(register=register, number=number, name=f"{register.label}の品目", quantity=quantity)
    return add_item(access=world.access[RoleKind.OPERATOR], new=new, now=NOW)


def prepared(world: World, field: Field, effect: Effect, *, at: datetime) -> Item:
    """Return an item that the effect can work on: one that is lent where it is to be taken back."""
    access = world.access[RoleKind.OPERATOR]
    item = item_for(world, field.register or Register.PHONE, f"{field.key}-{Item.objects.count()}")
    if effect is Effect.TAKE_BACK:
        day = at.date()
        new = NewLoan(item_id=item.pk, person=world.person(RoleKind.USER), start_date=day, until_date=day + DAY)
        loan: Loan = reserve_item(access=access, new=new, now=at)
        lend_item(access=access, loan_id=loan.pk, now=at)
    return item


def carry_out(world: World, application: Application, *, at: datetime, **changes: str) -> list[str | None]:
    """Do every task that is wanted, in order; return what each showed."""
    shown = []
    access = world.access[RoleKind.OPERATOR]
    while lines := open_tasks(task_lines(application)):
        line = lines[0]
        given: dict[str, str] = {}
        for field in line.step.fields:
            if field.when is not None and given.get(field.when.field) not in field.when.values:
                continue
            if field.kind is FieldKind.ITEM:
                given[field.key] = str(prepared(world, field, line.step.effect, at=at).pk)
            elif field.kind is FieldKind.PERSON:
                given[field.key] = str(world.person(RoleKind.OPERATOR).pk)
            elif field.key == "item_number":
                given[field.key] = f"N-{Item.objects.count()}"
            else:
                given[field.key] = changes.get(field.key, believable(field))
        shown.append(
            finish_task(access=access, application_id=application.pk, task_number=line.task.number, given=given, now=at)
        )
        application.refresh_from_db()
    assert form_of(application).tasks
    return shown
