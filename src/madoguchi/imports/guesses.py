"""What a ledger probably is: the ready mapping that fits its headings best, and the words its columns hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from madoguchi.core.import_vocabulary import LedgerField
from madoguchi.imports.cases import found_places
from madoguchi.imports.errors import LedgerError
from madoguchi.imports.mapping import NEEDED, WORDS, LedgerMapping
from madoguchi.imports.profiles import ready_profiles
from madoguchi.imports.reading import open_ledger
from madoguchi.imports.values import Form, Ledger

LAST_RESORT = "ledger"
SHOWN_ROWS, TRIED_ROWS, MAX_WORDS = 5, 5_000, 60
SHOWN_CELL = 80


def guessed_mapping(content: bytes) -> LedgerMapping:
    """Return the ready mapping of which a file has the most columns, the general one where none has what is needed."""
    profiles = ready_profiles()
    best, most = profiles[LAST_RESORT], -1
    for name, mapping in profiles.items():
        try:
            ledger = open_ledger(content, form=mapping.form)
        except LedgerError:
            if mapping.form == Form():
                raise
            continue
        places = found_places(mapping, ledger)
        # the general one has the words of many tools: it is taken only where it has more
        count = 2 * len(places) - (name == LAST_RESORT)
        if all(each in places for each in NEEDED) and count > most:
            best, most = mapping, count
    return best


def matched(mapping: LedgerMapping, ledger: Ledger) -> LedgerMapping:
    """Return a mapping with its columns called as the file at hand calls them."""
    places = found_places(mapping, ledger)
    columns = {name: tuple(ledger.headings[place] for place in found) for name, found in places.items()}
    return replace(mapping, columns=columns, form=ledger.form)


def first_rows(ledger: Ledger) -> tuple[list[list[str]], list[Sequence[object]]]:
    """Return the rows to be shown, and those whose words are looked at."""
    rows: list[Sequence[object]] = [line.cells for line in islice(ledger.lines, TRIED_ROWS)]
    shown = [[("" if cell is None else str(cell))[:SHOWN_CELL] for cell in cells] for cells in rows[:SHOWN_ROWS]]
    return shown, rows


def words_of_columns(
    mapping: LedgerMapping, ledger: Ledger, rows: Sequence[Sequence[object]]
) -> dict[LedgerField, list[str]]:
    """Return the words each column of states, kinds, channels, priorities holds, the most frequent first."""
    places = found_places(mapping, ledger)
    found = {}
    for name in WORDS:
        if name in places:
            cells = (row[places[name][0]] for row in rows)
            counted = Counter(str(cell).strip()[:SHOWN_CELL] for cell in cells if cell not in (None, ""))
            found[name] = [word for word, _count in counted.most_common(MAX_WORDS)]
    return found
