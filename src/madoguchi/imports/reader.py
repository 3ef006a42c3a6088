"""A whole ledger held against a contract's desk: what can come in, what is there already, what is refused and why."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.contracts.models import Contract
from madoguchi.desk.models import Ticket
from madoguchi.desk.operations.bring import BroughtStep
from madoguchi.imports.cases import Case, CaseReader, Refusal, joined, shown_cells
from madoguchi.imports.mapping import LedgerMapping
from madoguchi.imports.measured import measured_sources
from madoguchi.imports.reading import open_ledger
from madoguchi.imports.steps import CaseError, steps_of_case
from madoguchi.imports.values import Ledger
from madoguchi.people.sayings import Said, say

EVERY = 2_000
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyCase:
    """A case that can come in, with its steps and the hash of what its source said."""

    case: Case
    steps: tuple[BroughtStep, ...]
    content_hash: str


@dataclass(kw_only=True)
class Reading:
    """Goes through a file once. What was counted stands here when it is through."""

    contract: Contract
    mapping: LedgerMapping
    content: bytes
    now: datetime
    progress: Progress | None = None
    ledger: Ledger = field(init=False)
    row_count: int = 0
    known_count: int = 0
    refused_count: int = 0
    _reader: CaseReader = field(init=False)
    _known: Mapping[str, tuple[int, str | None]] = field(init=False)
    _seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    _measured: frozenset[str] = field(init=False)
    _origin: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = open_ledger(self.content, form=self.mapping.form)
        self._reader = CaseReader(mapping=self.mapping, ledger=self.ledger)
        self._known = known_sources(self.contract, self.mapping.system)
        self._measured = measured_sources(self.contract)
        self._origin = (_("取込元: %(name)s"), _("依頼者: %(name)s"), _("担当者: %(name)s"), _("分類: %(name)s"))

    def outcomes(self) -> Iterator[ReadyCase | Refusal]:
        """Yield what can come in and what is refused; what is there already with the same content is only counted."""
        cases = self._joined() if self.mapping.is_event_log else self._counted()
        for each in cases:
            outcome = each if isinstance(each, Refusal) else self._judged(each)
            if outcome is None:
                self.known_count += 1
                continue
            self.refused_count += isinstance(outcome, Refusal)
            yield outcome

    def _counted(self) -> Iterator[Case | Refusal]:
        for each in self._reader.cases():
            self.row_count += 1
            if self.progress is not None and self.row_count % EVERY == 0:
                self.progress(self.row_count)
            yield each

    def _joined(self) -> Iterator[Case | Refusal]:
        """Yield a case for all rows of one key; a row that is refused takes its whole case along."""
        groups: dict[str, list[Case]] = {}
        broken: dict[str, int] = {}
        for each in self._counted():
            if isinstance(each, Refusal):
                broken.setdefault(each.key, each.line)
                yield each
            else:
                groups.setdefault(each.key, []).append(each)
        for key, rows in groups.items():
            if key not in broken:
                yield joined(rows)
                continue
            reason = say(
                "同じ番号の%(line)s行目が取り込めないため、この番号の行はすべて取り込みません。", line=broken[key]
            )
            for row in rows:
                yield Refusal(line=row.line, key=key, reasons=(reason,), cells=_cells_of(row))

    def _judged(self, case: Case) -> ReadyCase | Refusal | None:
        digest = content_hash(case)
        same = self._seen.get(case.key)
        if same is not None:
            if same[1] == digest:
                return None
            text = say("番号「%(key)s」は%(line)s行目にもあり、内容が違います。", key=case.key, line=same[0])
            return self._refused(case, text)
        self._seen[case.key] = (case.line, digest)
        known = self._known.get(source_of(self.mapping.system, case.key))
        if known is not None:
            return self._known_again(case, digest, known)
        if source_of(self.mapping.system, case.key) in self._measured:
            text = say(
                "番号「%(key)s」は集計用の事実として取込済みです（facts import）。案件にもすると二重に数えます。",
                key=case.key,
            )
            return self._refused(case, text)
        try:
            steps = steps_of_case(case, now=self.now, origin=self._origin_text(case))
        except CaseError as error:
            return self._refused(case, error.said)
        return ReadyCase(case=case, steps=steps, content_hash=digest)

    def _origin_text(self, case: Case) -> str:
        """Return the text of the first step: where the ticket comes from, and what the desk has no column for."""
        requester = f"{case.requester_name} {case.requester_mail}".strip()
        said = (f"{self.mapping.system} {case.key}", requester, case.assignee_name, case.category)
        return "\n".join(form % {"name": name} for form, name in zip(self._origin, said, strict=True) if name)

    def _known_again(self, case: Case, digest: str, known: tuple[int, str | None]) -> Refusal | None:
        number, before = known
        if before == digest:
            return None
        text = say(
            "番号「%(key)s」は受付番号 %(number)06d で登録済みで、内容が違います。登録済みの案件は変えません。",
            key=case.key, number=number,
        )  # fmt: skip
        return self._refused(case, text)

    def _refused(self, case: Case, reason: Said) -> Refusal:
        return Refusal(line=case.line, key=case.key, reasons=(reason,), cells=_cells_of(case))


def _cells_of(case: Case) -> tuple[str, ...]:
    return shown_cells((case.key, case.subject, case.received_at.isoformat()))


def known_sources(contract: Contract, system: str) -> dict[str, tuple[int, str | None]]:
    """Return the tickets of a source that the desk has: number, and what their source said when they came."""
    found = Ticket.objects.filter(contract=contract, source__startswith=f"{system}:")
    rows = found.values_list("source", "number", "imported__content_hash")
    return {source: (number, digest) for source, number, digest in rows.iterator(chunk_size=5_000)}


def source_of(system: str, key: str) -> str:
    return f"{system}:{key}"


def content_hash(case: Case) -> str:
    """Return the hash of all that a source says of a case; where in the file it stands is no part of it."""
    said = [
        case.key, case.subject, case.text, case.received_at, case.state, case.kind, case.channel, case.priority,
        case.category, case.requester_mail, case.requester_name, case.assignee_name, case.first_answered_at,
        case.escalated_at, case.resolved_at, case.updated_at, case.answer, case.comments, case.changes,
    ]  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()
