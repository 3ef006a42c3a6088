"""What a person wrote, apart from what the mailer quoted under or over it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from madoguchi.post.limits import QUOTE_LINES
from madoguchi.post.quote_marks import (
    ADDRESS_OR_TIME,
    AUTHOR_NAMES,
    BEGIN_FORWARDED,
    BRACKETED_ORIGINAL,
    HEADER_LINE,
    INTRO_END,
    INTRO_START,
    ORIGINAL,
    PLAIN_INTRO,
    QUOTE,
    RULE,
    RULE_OVER_HEADERS,
    WHEN_NAMES,
    WHOSE,
)

LONGEST_LINE = 600
INTRO_LINES = 4
HEADER_BLOCK_LINES = 3
# a block of headers with long lists of names, or with a blank line under every one
LONGEST_BLOCK = 16


class Kind(Enum):
    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """The new words, and everything that was taken away from them."""

    new_text: str
    quoted: str


def split_quotes(text: str) -> Split:
    """Take away quotes under or over an answer. Answers between quotes, and pure forwards, are left whole."""
    lines = text.split("\n")
    if len(lines) > QUOTE_LINES:
        return Split(new_text=text, quoted="")
    end = _original_start(lines)
    kept = _without_outer_quotes(lines[:end])
    new_text = "\n".join(kept).strip("\n").rstrip()
    if not new_text.strip():
        return Split(new_text=text, quoted="")
    return Split(new_text=new_text, quoted="" if new_text == text.rstrip() else text)


def _original_start(lines: Sequence[str]) -> int:
    """Return the line at which a mailer set the whole earlier message below the answer."""
    for index, line in enumerate(lines):
        if not line or len(line) > LONGEST_LINE:
            continue
        if ORIGINAL.match(line) or BEGIN_FORWARDED.match(line.strip()) or BRACKETED_ORIGINAL.match(line.strip()):
            return index
        if _introduces_the_rest(lines, index):
            return index
        if _is_header_block(lines, index):
            return _rule_above(lines, index)
    return len(lines)


def _introduces_the_rest(lines: Sequence[str], index: int) -> bool:
    """Say whether a line such as "On … <…> wrote:" stands over an earlier message that no mark goes before."""
    line = lines[index].strip()
    if not (INTRO_START.match(line) and WHOSE.search(line)):
        return False
    if INTRO_END.search(line[-60:]) is None and not line.endswith((">:", ">：")):
        return False
    below = next((each for each in lines[index + 1 :] if each.strip()), None)
    return below is not None and QUOTE.match(below) is None


def _rule_above(lines: Sequence[str], index: int) -> int:
    """Return where the rule over a block of headers stands; the second of a pair closes the writer's signature."""
    above = index - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    rules = sum(1 for line in lines[: above + 1] if RULE_OVER_HEADERS.match(line.strip()))
    is_rule = above >= 0 and RULE_OVER_HEADERS.match(lines[above].strip()) is not None
    return above if is_rule and rules % 2 else index


def _is_header_block(lines: Sequence[str], index: int) -> bool:
    """From, Date and the like one under the other, perhaps under a rule."""
    if RULE.match(lines[index].strip()):
        following = [line for line in lines[index + 1 : index + 4] if line.strip()]
        return bool(following) and _header_name(following[0]) is not None
    if _header_name(lines[index]) is None or QUOTE.match(lines[index]):
        return False
    run = list(_header_run(lines[index : index + LONGEST_BLOCK]))
    return len(run) >= HEADER_BLOCK_LINES and bool(AUTHOR_NAMES & set(run)) and bool(WHEN_NAMES & set(run))


def _header_run(lines: Sequence[str]) -> Iterator[str]:
    """Yield the names of headers; under each may stand one line that is blank or goes on with it."""
    was_header = False
    for line in lines:
        name = _header_name(line)
        if name is not None:
            yield name
        elif not was_header or (line.strip() and not line.startswith((" ", "\t", "　", "<"))):
            return
        was_header = name is not None


def _header_name(line: str) -> str | None:
    found = HEADER_LINE.match(line) if len(line) <= LONGEST_LINE else None
    return found["name"].lower() if found else None


def _without_outer_quotes(lines: Sequence[str]) -> list[str]:
    kinds = [_kind(line) for line in lines]
    if Kind.QUOTE not in kinds:
        return _without_trailing_intro(list(lines))
    first = kinds.index(Kind.QUOTE)
    last = len(kinds) - 1 - kinds[::-1].index(Kind.QUOTE)
    above = _without_intro_of_quote(list(lines[:first]))
    below = list(lines[last + 1 :])
    has_above = any(line.strip() for line in above)
    has_below = any(line.strip() for line in _without_signature(below))
    is_one_block = Kind.TEXT not in kinds[first:last]
    if not has_below:
        return _without_lower_quotes(lines, kinds)
    if is_one_block and not has_above:
        return below
    return list(lines)


def _without_lower_quotes(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Cut from the last stretch of quotes on; what stands between earlier quotes was answered line by line."""
    end = len(kinds) - 1 - kinds[::-1].index(Kind.QUOTE)
    while end > 0 and kinds[end - 1] is not Kind.TEXT:
        end -= 1
    above = _without_intro_of_quote(list(lines[:end]))
    return above if any(line.strip() for line in above) else list(lines)


def _kind(line: str) -> Kind:
    if not line.strip():
        return Kind.EMPTY
    return Kind.QUOTE if QUOTE.match(line) else Kind.TEXT


def _without_signature(lines: list[str]) -> list[str]:
    mark = next((index for index, line in enumerate(lines) if line.rstrip() == "--"), len(lines))
    return lines[:mark]


def _without_intro_of_quote(lines: list[str]) -> list[str]:
    """Take away what introduces a quote that stands right below."""
    rest = _trimmed(lines)
    return _trimmed(rest[:-1]) if rest and PLAIN_INTRO.match(rest[-1].strip()) else _without_trailing_intro(rest)


def _without_trailing_intro(lines: list[str]) -> list[str]:
    """Take away the "… wrote:" that stood over the quote; it may run over a few lines."""
    while lines and not lines[-1].strip():
        lines.pop()
    ends = [lines[-count:] for count in range(1, INTRO_LINES + 1) if all(line.strip() for line in lines[-count:])]
    begun = next((end for end in ends if _is_intro(end, must_begin=True)), None)
    intro = begun or next((end for end in ends if _is_intro(end, must_begin=False)), [])
    return _trimmed(lines[: len(lines) - len(intro)])


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _is_intro(lines: Sequence[str], *, must_begin: bool) -> bool:
    joined = " ".join(line.strip() for line in lines)
    if not joined or len(joined) > LONGEST_LINE or not joined.endswith((":", "：", "--")):
        return False
    if ADDRESS_OR_TIME.search(joined) is None and INTRO_END.search(joined[-60:]) is None:
        return False
    return INTRO_START.match(joined) is not None if must_begin else INTRO_END.search(joined[-60:]) is not None
