"""Queues and categories of a contract's desk."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.audit.operations import Entry, record
from madoguchi.contracts.models import Contract
from madoguchi.core.vocabulary import Tier
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Category, Queue
from madoguchi.people.models import Organisation

FIRST_QUEUES = (
    (Tier.FIRST_LINE, "first", "一次窓口"),
    (Tier.SECOND_LINE, "second", "運用管理"),
    (Tier.RESPONSIBLE_DIVISION, "division", "主管課"),
)


def open_desk(*, contract: Contract, actor: str, at: datetime) -> None:
    """Give a new contract the queues every desk has."""
    for tier, key, name in FIRST_QUEUES:
        add_queue(contract=contract, key=key, name=name, tier=tier, vendor="", actor=actor, at=at)


@transaction.atomic
def add_queue(*, contract: Contract, key: str, name: str, tier: Tier, vendor: str, actor: str, at: datetime) -> Queue:
    """Add a queue; a vendor's belongs to a firm, which is added by its name. Raises FieldError for a key in use."""
    if Queue.objects.filter(contract=contract, key=key).exists():
        raise FieldError("key", _("この記号は使われています。別の記号にしてください。"))
    firm = None
    if tier is Tier.VENDOR:
        if not vendor:
            raise FieldError("vendor", _("保守事業者の受付先には事業者名が必要です。"))
        firm, _is_new = Organisation.objects.get_or_create(key=f"{contract.key}-{key}"[:40], defaults={"name": vendor})
    queue = Queue.objects.create(contract=contract, key=key, name=name, tier=tier.value, organisation=firm)
    record(chain=contract.key, at=at, actor=actor, entries=[Entry(act="add_queue", subject=f"queue:{queue.pk}")])
    return queue


@transaction.atomic
def add_category(*, contract: Contract, key: str, name: str, actor: str, at: datetime) -> Category:
    if Category.objects.filter(contract=contract, key=key).exists():
        raise FieldError("key", _("この記号は使われています。別の記号にしてください。"))
    category = Category.objects.create(contract=contract, key=key, name=name)
    entry = Entry(act="add_category", subject=f"category:{category.pk}")
    record(chain=contract.key, at=at, actor=actor, entries=[entry])
    return category
