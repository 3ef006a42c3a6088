"""The files of approved erasures, in the background: what must go is deleted, what names somebody is put down.

Names to look for are gone from the tables by then: they wait sealed in the erasure, and are forgotten at the end.
Every piece is kept with how far it came. Who goes on after a worker died, or beside one that lives, finds nothing lost
and puts nothing down twice.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from madoguchi.audit.operations import Entry, record
from madoguchi.audit.rules import canonical
from madoguchi.contracts.models import Contract
from madoguchi.core.handover_vocabulary import ErasureState, FindingState
from madoguchi.desk.models import Attachment
from madoguchi.handover.disk import Taken, clear_disk
from madoguchi.handover.models import Erasure, FileFinding
from madoguchi.handover.naming import longest_first, pattern_of
from madoguchi.handover.operations.erase import PURPOSE
from madoguchi.handover.operations.files import count_in
from madoguchi.handover.tables import ERASED
from madoguchi.people.sealing import opened

# so many files are read between two that are kept
PIECE = 50
LOG = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def clearing(contract: Contract) -> QuerySet[Erasure]:
    """Return the erasures of which the files are not through."""
    return Erasure.objects.filter(contract=contract, state=ErasureState.CLEARING.value).order_by("pk")


def searched_files(contract: Contract) -> QuerySet[Attachment]:
    """Return the kept files of a contract that are not erased."""
    return Attachment.objects.filter(ticket__contract=contract).exclude(name=ERASED)


def clear_all(*, clock: Clock) -> int:
    """Go on with every erasure that is not through; one that fails says why, and is begun again later."""
    count = 0
    for key in Erasure.objects.filter(state=ErasureState.CLEARING.value).order_by("pk").values_list("pk", flat=True):
        try:
            count += clear(erasure_id=key, clock=clock)
        except Exception as error:  # noqa: BLE001  # whatever stops one erasure, the others go on
            # what a library says may name the person; the kind of the mistake does not
            LOG.error("the files of erasure %s are not through: %s", key, type(error).__name__)  # noqa: TRY400
            Erasure.objects.filter(pk=key).update(fault=type(error).__name__[:400])
    return count


def clear(*, erasure_id: int, clock: Clock) -> bool:
    """Go through the files of an erasure from where it was left. Returns whether this ended it."""
    erasure = Erasure.objects.select_related("contract", "decided_by").get(pk=erasure_id)
    if erasure.state != ErasureState.CLEARING:
        return False
    taken = Taken.from_text(opened(erasure.sealed_work, purpose=PURPOSE))
    if erasure.cleared_at is None:
        clear_disk(erasure.contract, taken)
        erasure.cleared_at = clock()
        erasure.save(update_fields=["cleared_at"])
    names = longest_first(taken.names)
    while names and (digests := _next(erasure)):
        if not _search(erasure, digests, pattern_of(names)):
            return False
    return _finish(erasure, has_names=bool(names), now=clock())


def _next(erasure: Erasure) -> list[str]:
    """Return the hashes of the files to be read next; the same content is read once."""
    files = searched_files(erasure.contract)
    if erasure.searched_count:
        files = files.filter(sha256__gt=erasure.searched_until)
    return list(files.order_by("sha256").values_list("sha256", flat=True).distinct()[:PIECE])


def _search(erasure: Erasure, digests: Sequence[str], named: re.Pattern[str]) -> bool:
    """Put down which of some files name somebody or cannot be read. Returns False where another was there first."""
    counts = {digest: count_in(digest, named) for digest in digests}
    with transaction.atomic():
        files = list(searched_files(erasure.contract).filter(sha256__in=digests).order_by("pk"))
        moved = Erasure.objects.filter(
            pk=erasure.pk, state=ErasureState.CLEARING.value, searched_count=erasure.searched_count
        ).update(searched_until=digests[-1], searched_count=erasure.searched_count + len(files), fault="")
        if not moved:
            return False
        FileFinding.objects.bulk_create(
            FileFinding(erasure=erasure, attachment=each, count=counts[each.sha256], state=FindingState.OPEN.value)
            for each in files
            if counts[each.sha256] != 0
        )
    erasure.searched_until, erasure.searched_count = digests[-1], erasure.searched_count + len(files)
    return True


@transaction.atomic
def _finish(erasure: Erasure, *, has_names: bool, now: datetime) -> bool:
    """Forget the names and sign the proof: its hash stands in the history from here."""
    assert erasure.proof is not None
    assert erasure.decided_by is not None
    proof = {**erasure.proof, "files_searched_at": now.isoformat(), "files": _counts(erasure) if has_names else {}}
    digest = hashlib.sha256(canonical(proof).encode()).hexdigest()
    ended = Erasure.objects.filter(
        pk=erasure.pk, state=ErasureState.CLEARING.value, searched_count=erasure.searched_count
    ).update(state=ErasureState.DONE.value, proof=proof, sha256=digest, sealed_work="", fault="")
    if not ended:
        return False
    rows = sum(len(keys) for keys in erasure.rows.values())
    entry = Entry(act="erase_personal_data", subject=f"erasure:{erasure.pk}", details={"proof": digest, "rows": rows})
    record(chain=erasure.contract.key, at=now, actor=erasure.decided_by.key, entries=[entry])
    return True


def _counts(erasure: Erasure) -> dict[str, int]:
    # files of others: what names the people or cannot be read is left to be decided, one by one
    unread = erasure.findings.filter(count=None).count()
    return {"searched": erasure.searched_count, "named": erasure.findings.count() - unread, "unread": unread}
