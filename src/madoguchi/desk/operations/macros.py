"""Answer templates and macros: kept by the operations manager, done by whoever works on a ticket."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.errors import MadoguchiError
from madoguchi.core.vocabulary import Priority, TicketKind
from madoguchi.desk.errors import FieldError
from madoguchi.desk.macros import PLACES, steps_of_macro, unknown_places
from madoguchi.desk.models import AnswerTemplate, Category, Macro, Queue, Ticket
from madoguchi.desk.operations.act import act_on

LONGEST_TEXT = 20_000


class StaleMacroError(MadoguchiError):
    """Somebody else changed this macro meanwhile. Nothing was saved."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MacroContent:
    """What a macro does; its columns are the model's."""

    name: str
    takes: bool = False
    kind: TicketKind | None = None
    category: Category | None = None
    priority: Priority | None = None
    note: str = ""
    answer: str = ""
    queue: Queue | None = None
    waits_for: str = ""
    resolves: bool = False


@transaction.atomic
def save_macro(*, access: Access, macro: Macro | None, content: MacroContent, version: int, now: datetime) -> Macro:
    """Add a macro (without one given) or change it. Raises StaleMacroError where it is not at `version` any more."""
    access.require(Right.MANAGE)
    _check(access, macro, content)
    saved = Macro(contract=access.contract, version=0)
    if macro is not None:
        saved = Macro.objects.select_for_update().get(pk=macro.pk, contract=access.contract)
        if saved.version != version:
            raise StaleMacroError(
                _("他の人が先にこのマクロを変更しました。今の内容を確かめて、もう一度保存してください。")
            )
    for each in fields(content):
        value = getattr(content, each.name)
        setattr(saved, each.name, "" if value is None and each.name in ("kind", "priority") else value)
    saved.version += 1
    saved.save()
    _record(access, act="add_macro" if macro is None else "change_macro", subject=f"macro:{saved.pk}", at=now)
    return saved


def _check(access: Access, macro: Macro | None, content: MacroContent) -> None:
    same = Macro.objects.filter(contract=access.contract, name=content.name).first()
    if same is not None and same != macro:
        raise FieldError("name", _("この名前は使われています。別の名前にしてください。"))
    if content.resolves and content.waits_for:
        raise FieldError("waits_for", _("完了と待ちは同時に指定できません。"))
    for name in ("note", "answer"):
        check_places(name, getattr(content, name))
    if not any(getattr(content, each.name) for each in fields(content) if each.name != "name"):
        raise FieldError("name", _("マクロで行うことを一つ以上指定してください。"))


def check_places(field: str, text: str) -> None:
    """Raise FieldError for a place in a text that nothing can be filled in for."""
    if unknown := unknown_places(text):
        allowed = " ".join(f"{{{{{name}}}}}" for name in PLACES)
        raise FieldError(
            field,
            _("「%(given)s」は差し込めません。使えるのは %(allowed)s です。")
            % {"given": unknown[0][:60], "allowed": allowed},
        )


@transaction.atomic
def delete_macro(*, access: Access, macro: Macro, now: datetime) -> None:
    access.require(Right.MANAGE)
    subject = f"macro:{macro.pk}"
    macro.delete()
    _record(access, act="delete_macro", subject=subject, at=now)


@transaction.atomic
def run_macro(*, access: Access, ticket: Ticket, macro: Macro, version: int | None, now: datetime) -> Ticket:
    """Do all of a macro's steps, or none: the first that is not possible refuses the whole with its reason."""
    steps = list(steps_of_macro(macro, ticket=ticket, person=access.person))
    for step in steps:
        if len(step.text) > LONGEST_TEXT:
            raise FieldError("macro", _("差し込んだ後の文が長すぎます。マクロの文を短くしてください。"))
    done = act_on(access=access, ticket_id=ticket.pk, version=version, steps=steps, now=now)
    entry = Entry(act="run_macro", subject=f"ticket:{ticket.pk}", details={"macro": macro.pk})
    record(chain=access.contract.key, at=now, actor=access.person.key, entries=[entry])
    return done


@transaction.atomic
def save_template(*, access: Access, name: str, text: str, resolves: bool, now: datetime) -> AnswerTemplate:
    """Keep an answer template; one of the same name is replaced."""
    access.require(Right.MANAGE)
    check_places("text", text)
    template, _is_new = AnswerTemplate.objects.update_or_create(
        contract=access.contract, name=name, defaults={"text": text, "resolves": resolves}
    )
    _record(access, act="save_template", subject=f"template:{template.pk}", at=now)
    return template


@transaction.atomic
def delete_template(*, access: Access, template: AnswerTemplate, now: datetime) -> None:
    access.require(Right.MANAGE)
    subject = f"template:{template.pk}"
    template.delete()
    _record(access, act="delete_template", subject=subject, at=now)


def _record(access: Access, *, act: str, subject: str, at: datetime) -> None:
    record(chain=access.contract.key, at=at, actor=access.person.key, entries=[Entry(act=act, subject=subject)])
