"""Asterisk's channel ids: the second of the channel's start, a counter, perhaps a system's name before."""

import re
from functools import lru_cache

UNIQUE_ID = re.compile(r"(?:.*-)?(\d{9,11})\.(\d+)")


def is_unique_id(text: str) -> bool:
    return UNIQUE_ID.fullmatch(text) is not None


def started_at(call_id: str) -> int | None:
    """Return the UTC second in which the channel was made, or None where the id does not say."""
    match = UNIQUE_ID.fullmatch(call_id)
    return int(match[1]) if match else None


@lru_cache(maxsize=65_536)
def id_order(call_id: str) -> tuple[int, int, str]:
    """Sort ids by the moment the channel was made."""
    match = UNIQUE_ID.fullmatch(call_id)
    return (int(match[1]), int(match[2]), call_id) if match else (0, 0, call_id)


def peer_of(channel: str) -> str:
    """Return who is at a channel's other end: `SIP/trunk` of `SIP/trunk-0000003d`."""
    return channel.split(";", 1)[0].rpartition("-")[0] or channel
