"""The fonts documents are set in: those shipped with the package, else Noto as the system has it."""

from dataclasses import dataclass
from pathlib import Path

from madoguchi.core.errors import MadoguchiError

SHIPPED = Path(__file__).parent / "fonts"
SYSTEM = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
)


class NoFontError(MadoguchiError):
    """No Japanese font was found; the message says where one is looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FontSet:
    """A folder of fonts, the family of running text and that of headings and tables."""

    folder: Path
    body: str
    heading: str


SHIPPED_NAMES = ("Noto Serif JP", "Noto Sans JP")
SYSTEM_NAMES = ("Noto Serif CJK JP", "Noto Sans CJK JP")


def find_fonts() -> FontSet:
    """Return the fonts to use. Raises NoFontError: without one a PDF would lose its Japanese text."""
    if any(SHIPPED.glob("*.[ot]tf")):
        return FontSet(folder=SHIPPED, body=SHIPPED_NAMES[0], heading=SHIPPED_NAMES[1])
    for folder in SYSTEM:
        if (folder / "NotoSerifCJK-Regular.ttc").exists() and (folder / "NotoSansCJK-Bold.ttc").exists():
            return FontSet(folder=folder, body=SYSTEM_NAMES[0], heading=SYSTEM_NAMES[1])
    places = "、".join(str(each) for each in (SHIPPED, *SYSTEM))
    raise NoFontError(f"日本語のフォント（Noto）がありません。fonts-noto-cjk を導入してください。探した場所: {places}")
