"""Where a contract's files lie that are not in the database."""

from pathlib import Path

from django.conf import settings

from madoguchi.contracts.models import Contract


def imported_folder(contract: Contract) -> Path:
    """Return where facts from elsewhere are kept: `madoguchi facts import` writes there."""
    return Path(settings.FIGURES_FOLDER).parent / "imported" / contract.key
