"""Messages read a second: the sample files of every kind, and a usual Japanese mail, on one core.

    python bench/mail_reading.py --samples FOLDER

A message counts when it is read, sorted and held against its thread, as intake does with each.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from madoguchi.post.reading import read_message
from madoguchi.post.sorting import classify
from madoguchi.post.threads import KnownThreads, find_thread

USUAL = (
    b"Received: from a.example.jp by b.example.jp; Mon, 12 Nov 2018 10:15:00 +0900\r\n" * 6
    + b"From: =?iso-2022-jp?B?GyRCSyFMMyEhMlY7UhsoQg==?= <hanako@example.jp>\r\nTo: helpdesk@example.go.jp\r\n"
    + b"Subject: =?iso-2022-jp?B?GyRCRk89UE1NPDAkTkxkJCQ5ZyRvJDsbKEI=?=\r\nMessage-ID: <a@b>\r\n"
    + b"Date: Mon, 12 Nov 2018 10:15:00 +0900\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
    + b"\x1b$BMM<0$,%@%&%s%m!<%I$G$-$^$;$s!#\x1b(B\r\n" * 40
)
OWN = ["helpdesk@example.go.jp"]
KEYS = [b"a key of enough bytes"]
KNOWN = KnownThreads(reference_of=dict[str, str]().get, participants_of=dict[str, list[str]]().get)


def handle(raw: bytes) -> None:
    message = read_message(raw)
    classify(message=message, own_addresses=OWN, keys=KEYS)
    find_thread(message=message, known=KNOWN, keys=KEYS, own_addresses=OWN)


def rate(messages: Sequence[bytes], run: Callable[[bytes], None], seconds: float) -> float:
    """Go round the messages for so many seconds; the first round only warms up."""
    for raw in messages:
        run(raw)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        for raw in messages:
            run(raw)
        count += len(messages)
    return count / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True, help="a folder of message files, searched throughout")
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    paths = sorted(path for path in options.samples.rglob("*") if path.suffix in (".eml", ".txt"))
    samples = [path.read_bytes() for path in paths]
    slowest = max(paths, key=lambda path: 1 / rate([path.read_bytes()], handle, 0.02))
    print(f"usual Japanese mail   {rate([USUAL], handle, options.seconds):8.0f} messages/s")
    print(f"{len(samples)} samples            {rate(samples, handle, options.seconds):8.0f} messages/s")
    print(f"slowest sample        {rate([slowest.read_bytes()], handle, 0.5):8.0f} messages/s ({slowest.name})")


if __name__ == "__main__":
    main()
