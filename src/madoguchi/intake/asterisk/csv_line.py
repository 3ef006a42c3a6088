"""One line of a CSV log split into its cells."""

import csv

from madoguchi.intake.asterisk.line_error import LineError

WHOLE = "a whole line with every quotation mark closed"


def cells_of(text: str) -> list[str]:
    if text.count('"') % 2:
        raise LineError(column="", given="a quotation mark that is never closed", allowed=WHOLE)
    try:
        return next(csv.reader((text,), strict=True), [])
    except csv.Error as error:
        raise LineError(column="", given=str(error), allowed=WHOLE) from error
