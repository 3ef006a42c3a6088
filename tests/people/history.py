"""What the installation's history says of sign-ins."""

import json

from madoguchi.audit.models import HistoryRow
from madoguchi.audit.rules import INSTALLATION

ACTS = {
    "sign_in", "sign_out", "refuse_sign_in", "connect_provider", "add_person", "change_person", "change_password",
    "enable_totp", "disable_totp", "make_recovery_codes",
}  # fmt: skip


def rows_after(number: int) -> list[tuple[str, str, dict[str, object]]]:
    """Return act, subject and details of the rows that came after one."""
    rows = HistoryRow.objects.filter(chain=INSTALLATION, number__gt=number, act__in=ACTS).order_by("number")
    return [(row.act, row.subject, json.loads(row.details)) for row in rows]


def latest_number() -> int:
    row = HistoryRow.objects.filter(chain=INSTALLATION).order_by("-number").first()
    return row.number if row else 0


def whole_text() -> str:
    """Return everything the history holds, to look for what must not be there."""
    return "\n".join(
        f"{row.actor} {row.act} {row.subject} {row.details}" for row in HistoryRow.objects.all()
    )  # fmt: skip
