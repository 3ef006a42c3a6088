"""One line of a CSV log split into its cells, and cells joined to a line."""

import csv
import io
from collections.abc import Sequence

from madoguchi.intake.asterisk.line_error import LineError

WHOLE = "a whole line with every quotation mark closed"


def cells_of(text: str) -> list[str]:
    if text.count('"') % 2:
        raise LineError(column="", given="a quotation mark that is never closed", allowed=WHOLE)
    try:
        return next(csv.reader((text,), strict=True), [])
    except csv.Error as error:
        raise LineError(column="", given=str(error), allowed=WHOLE) from error


def line_of(cells: Sequence[str]) -> str:
    """Return cells as a line with every cell in quotation marks."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return text.getvalue()
