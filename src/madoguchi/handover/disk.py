"""What an erasure takes off the disk once its transaction is through, and what is left there against its proof."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from madoguchi.contracts.folders import imported_folder
from madoguchi.contracts.models import Contract
from madoguchi.desk.models import Attachment
from madoguchi.desk.operations.around import stored_path
from madoguchi.handover.naming import longest_first, pattern_of, without_names, without_numbers
from madoguchi.handover.operations.export import forget_archives
from madoguchi.handover.tables import ERASED
from madoguchi.imports.errors import LedgerError, MappingError
from madoguchi.imports.mapping import mapping_of
from madoguchi.imports.models import ImportRun
from madoguchi.imports.operations.runs import file_of
from madoguchi.imports.reading import open_ledger
from madoguchi.quality.facts_folder import forget_figures


@dataclass(kw_only=True, slots=True)
class Taken:
    """Files whose rows were emptied, by their hashes; names to be taken out of the files that stay.

    `numbers` are taken out, too, and say what is put in their place: the same however often a cut-off work begins anew.
    """

    attachments: set[str] = field(default_factory=set)
    ledgers: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)

    def as_text(self) -> str:
        return json.dumps({
            "attachments": sorted(self.attachments), "ledgers": sorted(self.ledgers), "names": sorted(self.names),
            "numbers": self.numbers,
        })  # fmt: skip

    @classmethod
    def from_text(cls, text: str) -> "Taken":
        given = json.loads(text)
        sets = {name: set(given[name]) for name in ("attachments", "ledgers", "names")}
        return cls(**sets, numbers=given["numbers"])


def clear_disk(contract: Contract, taken: Taken) -> None:
    """Delete files nobody keeps any more, and what was written from the tables: archives and the figures' facts.

    Whatever of it was done before, as by a worker that died, it can be done again.
    """
    for digest in taken.attachments:
        if not Attachment.objects.filter(sha256=digest).exclude(name=ERASED).exists():
            stored_path(digest).unlink(missing_ok=True)
    for digest in taken.ledgers:
        kept = ImportRun.objects.filter(sha256=digest)
        if not kept.exclude(file_name=ERASED).exists():
            ledger_path(kept[0]).unlink(missing_ok=True)
    if taken.names:
        _clear_ledgers(contract, longest_first(taken.names))
    if taken.names or taken.numbers:
        _clear_facts(contract, taken)
    forget_archives(contract)
    forget_figures(contract)


def ledger_path(run: ImportRun) -> Path:
    return file_of(run)


def _clear_ledgers(contract: Contract, names: Sequence[str]) -> None:
    """Delete uploaded ledgers that name somebody, or cannot be read: what they brought is in the tables."""
    named = pattern_of(names)
    for run in ImportRun.objects.filter(contract=contract):
        path = ledger_path(run)
        if not path.exists():
            continue
        try:
            lines = open_ledger(path.read_bytes(), form=mapping_of(run.mapping).form).lines
            is_named = any(named.search(str(cell)) for line in lines for cell in line.cells)
        except (LedgerError, MappingError):
            is_named = True
        if is_named:
            path.unlink()


def _clear_facts(contract: Contract, taken: Taken) -> None:
    """Take names and numbers out of what was imported of other systems, such as telephone calls."""
    from madoguchi.intake.forgetting import forget_in_facts  # noqa: PLC0415  # the measure is loaded where it is needed

    folder = imported_folder(contract)
    if not folder.exists():
        return
    unnumbered = without_numbers(taken.numbers)
    unnamed = without_names(names) if (names := longest_first(taken.names)) else str
    forget_in_facts(folder, replace=lambda text: unnamed(unnumbered(text)))
