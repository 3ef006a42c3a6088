"""Reads of where a contract came from."""

from collections.abc import Sequence

from madoguchi.audit.models import HistoryRow
from madoguchi.contracts.models import Contract
from madoguchi.handover.models import Origin
from madoguchi.mail.models import Mailbox
from madoguchi.monitoring.models import Source
from madoguchi.people.models import Person

PERSON = "person:"


def to_set_anew(contract: Contract) -> list[str]:
    """Return what arrived closed, because its secret stays with the installation that knew it, and what came not."""
    closed = (
        (closed_sources(contract), "monitoring source(s) without a secret: add one in the place of each"),
        (Mailbox.objects.filter(contract=contract, is_active=False).count(), "mailbox(es) not fetched from"),
        (
            Person.objects.filter(roles__contract=contract, sign_in_name=None).distinct().count(),
            "people without sign-in",
        ),
    )
    lines = [f"{count} {what}" for count, what in closed if count]
    return [*lines, "programs' tokens, webhooks and systems that take accounts are in no archive: add those you need"]


def closed_sources(contract: Contract) -> int:
    """Count the monitoring sources that take nothing, because nobody gave them a secret here."""
    return Source.objects.filter(contract=contract, secret_hash="", revoked_at__isnull=True).count()


def actor_names(*, contract: Contract, rows: Sequence[HistoryRow]) -> dict[int, str]:
    """Return who acted by the rows' numbers; an imported row's key is that of the installation that wrote it."""
    origins = list(Origin.objects.filter(contract=contract).order_by("until_number"))
    keys = {row.number: _key_here(row, origins) for row in rows if row.actor.startswith(PERSON)}
    names = dict(Person.objects.filter(pk__in=set(keys.values())).values_list("pk", "name"))
    return {number: names[key] for number, key in keys.items() if key in names}


def _key_here(row: HistoryRow, origins: Sequence[Origin]) -> int:
    key = row.actor.removeprefix(PERSON)
    # an origin's people are kept as of here, also where the contract moved on afterwards
    origin = next((each for each in origins if row.number <= each.until_number), None)
    found = key if origin is None else origin.people.get(key, 0)
    return int(found) if str(found).isdigit() else 0
