"""Files of others searched for somebody's name after an erasure; what is found is for a person to decide."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from madoguchi.contracts.access import Access
from madoguchi.contracts.rules import Right
from madoguchi.core.handover_vocabulary import FindingState
from madoguchi.core.vocabulary import Act
from madoguchi.desk.errors import FieldError
from madoguchi.desk.models import Activity, Attachment
from madoguchi.desk.operations.around import stored_path
from madoguchi.handover.disk import Taken, clear_disk
from madoguchi.handover.file_texts import Read, read_file
from madoguchi.handover.models import Erasure, FileFinding
from madoguchi.handover.naming import pattern_of
from madoguchi.handover.operations.retention import note
from madoguchi.handover.tables import ERASED

CHUNK = 500


def search_files(erasure: Erasure, names: Sequence[str]) -> Mapping[str, int]:
    """Note every kept file of the contract that names somebody, or cannot be read. Returns the counts."""
    kept = Attachment.objects.filter(ticket__contract=erasure.contract).exclude(name=ERASED).order_by("sha256", "pk")
    named, read = pattern_of(names), dict[str, int | None]()
    found = list[FileFinding]()
    searched = 0
    for key, digest in kept.values_list("pk", "sha256").iterator(chunk_size=CHUNK):
        searched += 1
        if digest not in read:
            # the same content is read once; the files come in order of it
            read = {digest: _count_in(digest, named)}
        if read[digest] != 0:
            found.append(
                FileFinding(erasure=erasure, attachment_id=key, count=read[digest], state=FindingState.OPEN.value)
            )
    FileFinding.objects.bulk_create(found, batch_size=CHUNK)
    unread = sum(each.count is None for each in found)
    return {"searched": searched, "named": len(found) - unread, "unread": unread}


def _count_in(digest: str, named: re.Pattern[str]) -> int | None:
    """Return how often a file names somebody; None where it does not as far as it can be read, and that is not all."""
    path = stored_path(digest)
    read = read_file(path.read_bytes()) if path.is_file() else Read()
    count = len(named.findall(read.text))
    return count if count or read.is_whole else None


@transaction.atomic
def decide_finding(*, access: Access, finding_id: int, is_erased: bool, reason: str, now: datetime) -> FileFinding:
    """Take a file away for good, or keep it for a stated reason. Raises FieldError, Http404 for another contract's."""
    access.require(Right.DECIDE)
    found = (
        FileFinding.objects.select_for_update(of=("self",)).select_related("attachment", "erasure")
        .filter(erasure__contract=access.contract, pk=finding_id).first()
    )  # fmt: skip
    if found is None:
        raise Http404
    if found.state != FindingState.OPEN:
        raise FieldError("id", _("このファイルはすでに判断されています。"))
    if not is_erased and not reason.strip():
        raise FieldError("reason", _("残す理由を入力してください。"))
    if is_erased:
        _erase(found.attachment, access)
    found.state = (FindingState.ERASED if is_erased else FindingState.KEPT).value
    found.reason, found.decided_by, found.decided_at = reason, access.person, now
    found.save()
    note(access, "decide_file", f"attachment:{found.attachment_id}", now=now, erased=is_erased)
    return found


def _erase(attachment: Attachment, access: Access) -> None:
    """Let go of a file and its name; its row and the step that added it stay."""
    steps = Activity.objects.filter(
        ticket=attachment.ticket_id, number=attachment.activity_number, act=Act.ATTACH.value
    )
    for step in steps:
        step.fields = {**step.fields, "file": ERASED}
        step.save(update_fields=["fields"])
    attachment.name = ERASED
    attachment.save(update_fields=["name"])
    taken = Taken(attachments={attachment.sha256})
    transaction.on_commit(lambda: clear_disk(access.contract, taken))
