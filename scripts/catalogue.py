"""The English catalogue: `catalogue.py` lists what it lacks, `catalogue.py --compile` writes the .mo beside the .po."""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path("src/madoguchi")
CATALOGUE = SOURCE / "web/locale/en/LC_MESSAGES/django.po"
TRANS = re.compile(r"""{%\s*trans\s+(?:"([^"]+)"|'([^']+)')""")
BLOCK = re.compile(r"{%\s*blocktrans[^%]*%}(.*?){%\s*endblocktrans\s*%}", re.DOTALL)
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "say", "Column"}
LISTS = {"headings"}  # all their texts


def asked() -> set[str]:
    """Return every text that templates and code ask a translation of."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        # the template tags ask with every % doubled
        found.update((one or other).replace("%", "%%") for one, other in TRANS.findall(text))
        found.update(VARIABLE.sub(r"%(\1)s", block.replace("%", "%%")) for block in BLOCK.findall(text))
    for path in SOURCE.rglob("*.py"):
        found.update(_marked(ast.parse(path.read_text(encoding="utf-8"))))
    return found


def _marked(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in MARKERS | LISTS
            and node.args
        ):
            texts = node.args if node.func.id in LISTS else node.args[:1]
            yield from (each.value for each in texts if isinstance(each, ast.Constant) and isinstance(each.value, str))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compile", action="store_true", help="write the .mo")
    given = parser.parse_args()
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    known = {str(message.id): str(message.string) for message in catalogue if message.id}
    wanted = asked()
    missing = sorted(text for text in wanted if not known.get(text))
    unused = sorted(set(known) - wanted)
    sys.stdout.write("".join(f"no English: {text}\n" for text in missing))
    sys.stdout.write("".join(f"no longer asked: {text}\n" for text in unused))
    if given.compile:
        with CATALOGUE.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    return 1 if missing or unused else 0


if __name__ == "__main__":
    raise SystemExit(main())
