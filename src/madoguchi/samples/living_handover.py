"""The handover of the example desks: rules of retention, points confirmed, an erasure that waits for its approval."""

from datetime import datetime

from django.utils import timezone

from madoguchi.contracts.access import Access
from madoguchi.core.handover_vocabulary import KeptKind, Party
from madoguchi.handover.operations.confirm import confirm
from madoguchi.handover.operations.retention import add_default_rules, ask_erasure

CONFIRMED = (("knowledge", Party.PRESENT), ("criteria", Party.PRESENT), ("retention", Party.DIVISION))


def begin_handover(*, manager: Access, division: Access, now: datetime) -> None:
    """Enter the rules, confirm the first points, and ask for one kind of data to be erased."""
    add_default_rules(access=division, now=now)
    speakers = {Party.PRESENT: manager, Party.DIVISION: division}
    for item, party in CONFIRMED:
        confirm(access=speakers[party], item=item, party=party, comment="", now=now)
    ask_erasure(access=manager, kind=KeptKind.MAILS, now=now, day=timezone.localdate(now))
