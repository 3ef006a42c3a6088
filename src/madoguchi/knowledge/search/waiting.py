"""Texts that came by the thousand and are filed under their words afterwards, and how many still wait."""

from collections.abc import Sequence

from django.db import transaction

from madoguchi.audit.bulk import insert_rows
from madoguchi.contracts.models import Contract
from madoguchi.knowledge.models import WaitingText
from madoguchi.knowledge.search.index import Text, TextKind, file_weighed, weigh_texts


def put_off(*, contract: Contract, kind: TextKind, object_ids: Sequence[int]) -> None:
    """Leave new texts to be filed later, inside the caller's transaction."""
    rows = [(kind.value, object_id, contract.pk) for object_id in object_ids]
    insert_rows(table="knowledge_waitingtext", columns=("kind", "object_id", "contract_id"), rows=rows)


def waiting_count(*, contract: Contract, kind: TextKind) -> int:
    return WaitingText.objects.filter(contract=contract, kind=kind).count()


def latest_waiting(*, kind: TextKind, limit: int) -> list[int]:
    """Return the texts to file next: the newest, which are asked for the most."""
    waiting = WaitingText.objects.filter(kind=kind).order_by("-object_id")
    return list(waiting.values_list("object_id", flat=True)[:limit])


def file_waiting(*, contract: Contract, kind: TextKind, texts: Sequence[Text]) -> None:
    """File texts that wait. One that was filed anew or taken away meanwhile does not wait any more, and is let be."""
    weighed = weigh_texts([(text.title, text.body) for text in texts])
    with transaction.atomic():
        ids = [text.object_id for text in texts]
        waiting = WaitingText.objects.select_for_update().filter(contract=contract, kind=kind, object_id__in=ids)
        held = set(waiting.values_list("object_id", flat=True))
        kept = [
            ((kind, text.object_id), words)
            for text, words in zip(texts, weighed, strict=True)
            if text.object_id in held
        ]
        file_weighed(contract=contract, weighed=kept)
        WaitingText.objects.filter(contract=contract, kind=kind, object_id__in=ids).delete()
