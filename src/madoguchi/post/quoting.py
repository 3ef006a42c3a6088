"""What a person wrote, apart from what the mailer quoted under or over it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from madoguchi.post.limits import QUOTE_LINES

QUOTE = re.compile(r"\s{0,3}[>＞|｜]")
LONGEST_LINE = 600
INTRO_LINES = 4
HEADER_BLOCK_LINES = 3

ORIGINAL = re.compile(
    r"\W{0,3}[-_=*―－─━]{2,40}\s{0,5}(?:original (?:message|appointment)|reply message|forwarded (?:message|by.{0,200})"
    r"|begin forwarded message|元の?(?:メッセージ|メール)|転送(?:された)?(?:メッセージ|メール)|返信元の?メッセージ|原文"
    r"|ursprüngliche nachricht|message d'origine|mensaje original)\s{0,5}:?\s{0,5}[-_=*―－─━]{0,40}\s{0,5}$",
    re.IGNORECASE,
)
BEGIN_FORWARDED = re.compile(
    r"(?:begin forwarded message|転送されたメッセージ|以下、?引用)\s{0,3}[:：]?$", re.IGNORECASE
)
RULE = re.compile(r"_{20,200}$")
HEADER_LINE = re.compile(
    r"[*\s>]{0,5}(?P<name>from|sent|to|cc|subject|date|reply-to"
    r"|差出人|送信者|送信日時|送信日|日時|日付|宛先|受信者|件名|題名|CC|返信先|送信元|"
    r"от|отправлено|кому|тема|дата|von|gesendet|an|betreff|de|envoyé|à|objet)\s{0,3}\*{0,2}\s{0,3}[:：]",
    re.IGNORECASE,
)
AUTHOR_NAMES = {"from", "差出人", "送信者", "送信元", "от", "von", "de"}
WHEN_NAMES = {
    "sent",
    "date",
    "送信日時",
    "送信日",
    "日時",
    "日付",
    "отправлено",
    "дата",
    "gesendet",
    "envoyé",
    "subject",
    "件名",
}
# ends of the line that introduces a quote, by which mailers and languages can be told
INTRO_END = re.compile(
    r"(?:wrote|writes|said|schrieb|a écrit|escribió|написал(?:\(а\))?|[はが]書きました|のメール|より)"
    r"\s{0,3}[:：]\s{0,3}(?:-{2,5})?$",
    re.IGNORECASE,
)
INTRO_START = re.compile(
    r"[-\s*]{0,6}(?:on\s|am\s|le\s|el\s|at\s|in message\s|\(?\d{4}[年/.-]|\(?\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s|[月火水木金土日]曜)",
    re.IGNORECASE,
)
ADDRESS_OR_TIME = re.compile(r"@[\w.-]{2,80}|\d{1,2}[:：時]\d{2}")


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
        is_original = ORIGINAL.match(line) or BEGIN_FORWARDED.match(line.strip()) or _is_header_block(lines, index)
        if is_original:
            return index
    return len(lines)


def _is_header_block(lines: Sequence[str], index: int) -> bool:
    """From, Date and the like on consecutive lines, perhaps under a rule."""
    if RULE.match(lines[index].strip()):
        following = [line for line in lines[index + 1 : index + 4] if line.strip()]
        return bool(following) and _header_name(following[0]) is not None
    if _header_name(lines[index]) is None or QUOTE.match(lines[index]):
        return False
    names = [_header_name(line) for line in lines[index : index + 6]]
    run = names[: names.index(None)] if None in names else names
    return len(run) >= HEADER_BLOCK_LINES and bool(AUTHOR_NAMES & set(run)) and bool(WHEN_NAMES & set(run))


def _header_name(line: str) -> str | None:
    found = HEADER_LINE.match(line) if len(line) <= LONGEST_LINE else None
    return found["name"].lower() if found else None


def _without_outer_quotes(lines: Sequence[str]) -> list[str]:
    kinds = [_kind(line) for line in lines]
    if Kind.QUOTE not in kinds:
        return _without_trailing_intro(list(lines))
    first = kinds.index(Kind.QUOTE)
    last = len(kinds) - 1 - kinds[::-1].index(Kind.QUOTE)
    above = _without_trailing_intro(list(lines[:first]))
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
    above = _without_trailing_intro(list(lines[:end]))
    return above if any(line.strip() for line in above) else list(lines)


def _kind(line: str) -> Kind:
    if not line.strip():
        return Kind.EMPTY
    return Kind.QUOTE if QUOTE.match(line) else Kind.TEXT


def _without_signature(lines: list[str]) -> list[str]:
    mark = next((index for index, line in enumerate(lines) if line.rstrip() == "--"), len(lines))
    return lines[:mark]


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
