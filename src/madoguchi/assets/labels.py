"""Labels for things: number, name and a Code 39 barcode, on A4 sheets, set by Typst."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from madoguchi.reports.font_set import find_fonts

LAYOUT = Path(__file__).parent / "labels.typ"
# each letter: nine bars and gaps in turn, w for wide
CODE_39 = {
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw", "5": "wnnwwnnnn",
    "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn", "A": "wnnnnwnnw", "B": "nnwnnwnnw",
    "C": "wnwnnwnnn", "D": "nnnnwwnnw", "E": "wnnnwwnnn", "F": "nnwnwwnnn", "G": "nnnnnwwnw", "H": "wnnnnwwnn",
    "I": "nnwnnwwnn", "J": "nnnnwwwnn", "K": "wnnnnnnww", "L": "nnwnnnnww", "M": "wnwnnnnwn", "N": "nnnnwnnww",
    "O": "wnnnwnnwn", "P": "nnwnwnnwn", "Q": "nnnnnnwww", "R": "wnnnnnwwn", "S": "nnwnnnwwn", "T": "nnnnwnwwn",
    "U": "wwnnnnnnw", "V": "nwwnnnnnw", "W": "wwwnnnnnn", "X": "nwnnwnnnw", "Y": "wwnnwnnnn", "Z": "nwwnwnnnn",
    "-": "nwnnnnwnw", ".": "wwnnnnwnn", " ": "nwwnnnwnn", "$": "nwnwnwnnn", "/": "nwnwnnnwn", "+": "nwnnnwnwn",
    "%": "nnnwnwnwn", "*": "nwnnwnwnn",
}  # fmt: skip
WIDE = 3


def bars(number: str) -> list[int]:
    """Return the widths of bars and gaps in turn, beginning with a bar; empty where a letter has no code."""
    letters = f"*{number.upper()}*"
    if any(each not in CODE_39 for each in letters) or "*" in number:
        return []
    widths: list[int] = []
    for each in letters:
        widths += [WIDE if part == "w" else 1 for part in CODE_39[each]]
        widths.append(1)
    return widths[:-1]


def labels_pdf(items: Sequence[tuple[str, str]], *, owner: str) -> bytes:
    """Return a PDF with one label an item: number and name, and the barcode where the number can be coded."""
    import typst  # noqa: PLC0415  # 10 MiB that only who sets a document pays for

    rows = [{"number": number, "name": name, "bars": bars(number)} for number, name in items]
    fonts = find_fonts()
    inputs = {"labels": json.dumps({"owner": owner, "rows": rows, "font": fonts.heading}, ensure_ascii=False)}
    with tempfile.TemporaryDirectory() as name:
        layout = Path(name) / "labels.typ"
        layout.write_bytes(LAYOUT.read_bytes())
        loaded = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder)])
        return typst.compile(layout, root=Path(name), font_paths=loaded, sys_inputs=inputs, format="pdf", timestamp=0)
