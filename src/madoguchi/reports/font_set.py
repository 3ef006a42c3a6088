"""The fonts documents are set in: those shipped with the package, so that a document looks the same everywhere."""

from dataclasses import dataclass
from pathlib import Path

from madoguchi.core.errors import MadoguchiError

SHIPPED = Path(__file__).parent / "fonts"
FILES = ("NotoSerifJP-Regular.ttf", "NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf")


class NoFontError(MadoguchiError):
    """A font of the package is not there; the message says which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FontSet:
    """A folder of fonts, the family of running text and that of headings and tables."""

    folder: Path
    body: str
    heading: str


def find_fonts() -> FontSet:
    """Return the fonts to use. Raises NoFontError: without one a PDF would lose its Japanese text."""
    missing = [name for name in FILES if not (SHIPPED / name).is_file()]
    if missing:
        raise NoFontError(f"フォントがありません: {'、'.join(missing)}（探した場所: {SHIPPED}）")
    return FontSet(folder=SHIPPED, body="Noto Serif JP", heading="Noto Sans JP")
