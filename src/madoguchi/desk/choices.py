"""What the forms of a contract's desk offer to choose from."""

from django.db.models import QuerySet

from madoguchi.desk.models import AnswerTemplate, Category, Macro, Queue, SavedFilter
from madoguchi.prepared.queries import prepared


@prepared
def queues_in(contract_id: int) -> QuerySet[Queue]:
    return Queue.objects.filter(contract=contract_id).order_by("pk")


@prepared
def categories_in(contract_id: int) -> QuerySet[Category]:
    return Category.objects.filter(contract=contract_id).order_by("name")


@prepared
def macros_in(contract_id: int) -> QuerySet[Macro]:
    """Return macros by name, with no more of them than a list to choose from shows."""
    return Macro.objects.filter(contract=contract_id).order_by("name").only("name")


@prepared
def templates_in(contract_id: int) -> QuerySet[AnswerTemplate]:
    return AnswerTemplate.objects.filter(contract=contract_id).order_by("name")


@prepared
def filters_of(contract_id: int, person_id: int) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.filter(contract=contract_id, person=person_id).order_by("name")
