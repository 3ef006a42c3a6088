"""Content-Type and Content-Disposition with their parameters: RFC 2231 and what mailers send instead."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote_to_bytes

from madoguchi.post.charsets import decode_text
from madoguchi.post.encoded_words import decode_words
from madoguchi.post.limits import PARAMETERS

PARAMETER = re.compile(r';[ \t]{0,80}([^\s=;"]{1,80})[ \t]{0,80}=[ \t]{0,80}("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
MISSING_SEMICOLON = re.compile(r"^(\s{0,20}[A-Za-z0-9/.+-]{1,100})[ \t]{1,20}([A-Za-z0-9*-]{1,40}=)")
SECTION = re.compile(r"([^*]+)\*([0-9]{1,4})(\*?)$")
# a backslash before anything else is a path or half of a character somebody forgot to label
QUOTED_PAIR = re.compile(r'\\(["\\])')
SECTIONS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameterised:
    """A value and its parameters, by lower-case name."""

    value: str
    parameters: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")


def parse_parameters(text: str) -> Parameterised:
    """Read a header text; of a parameter given twice the first counts, the RFC 2231 form before the plain one."""
    text = MISSING_SEMICOLON.sub(r"\1;\2", text, count=1)
    value = text.partition(";")[0].partition("(")[0].strip().lower()
    found = islice(PARAMETER.finditer(text), PARAMETERS)
    raw = [(match[1].lower(), _unquoted(match[2])) for match in found]
    plain = {name: decode_words(given) for name, given in reversed(raw) if "*" not in name}
    return Parameterised(value=value, parameters=plain | _extended(raw))


def _unquoted(given: str) -> str:
    if not given.startswith('"'):
        return given.strip()
    inner = given[1:-1] if len(given) > 1 and given.endswith('"') else given[1:]
    return QUOTED_PAIR.sub(r"\1", inner)


def _extended(raw: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, given in raw:
        section = SECTION.match(name)
        if section:
            sections.setdefault(section[1], {}).setdefault(int(section[2]), (given, bool(section[3])))
        elif name.endswith("*") and given:
            values.setdefault(name[:-1], _joined([(given, True)]))
    for name, parts in sections.items():
        values.setdefault(name, _joined([parts[index] for index in sorted(parts)[:SECTIONS]]))
    return values


def _joined(sections: list[tuple[str, bool]]) -> str:
    """Join sections as bytes, because a character may be cut between two of them."""
    if not any(is_encoded for _, is_encoded in sections):
        return decode_words("".join(given for given, _ in sections))
    charset, first = _without_charset(sections[0][0], is_encoded=sections[0][1])
    encoded = [(first, sections[0][1]), *sections[1:]]
    data = b"".join(_section_bytes(given, is_encoded=is_encoded, charset=charset) for given, is_encoded in encoded)
    return decode_text(data=data, label=charset).text


def _without_charset(given: str, *, is_encoded: bool) -> tuple[str, str]:
    charset, first_mark, rest = given.partition("'")
    _, second_mark, value = rest.partition("'")
    return (charset, value) if is_encoded and first_mark and second_mark else ("", given)


def _section_bytes(given: str, *, is_encoded: bool, charset: str) -> bytes:
    if is_encoded:
        return unquote_to_bytes(given)
    if given.isascii():
        return given.encode("ascii")
    return given.encode("cp932" if "j" in charset.lower() else "utf-8", "replace")
