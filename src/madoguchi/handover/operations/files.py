"""Files of others that name somebody erased, or that no program can read: a person decides each of them."""

import re
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
from madoguchi.handover.models import FileFinding
from madoguchi.handover.operations.retention import note
from madoguchi.handover.tables import ERASED


def count_in(digest: str, named: re.Pattern[str]) -> int | None:
    """Return how often a file names somebody; None where it does not as far as it can be read, and that is not all."""
    path = stored_path(digest)
    try:
        read = read_file(path.read_bytes())
    except OSError:
        read = Read()
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
