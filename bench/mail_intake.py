"""Mails taken in a second: from the Maildirs of a real Dovecot by IMAP into tickets on PostgreSQL.

    python bench/mail_intake.py

Every worker is a process that reads one box to its end; the boxes belong to one contract or to two. Each mail is a
Japanese letter of some 2 kB by one of 200 people, of whom half are known; its bytes, ticket, words for the search and
history are committed before it leaves the box. Both servers run on the same machine and are made and deleted here.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage

from tests.mail.dovecot import Dovecot, dovecot_server
from tests.postgres import postgres_server

WANTED, PEOPLE = 300.0, 200
TEXT = (
    "お世話になっております。総務課の田中です。\n執務室の複合機から印刷すると、{number}枚目で止まり、画面に「用紙サイズが"
    "違います」と表示されます。電源の入れ直しと用紙の補充は済ませました。\n会議の資料を印刷するため、本日中に直して"
    "いただけると助かります。ご確認のほど、よろしくお願いいたします。\n"
)


def letter(box: int, number: int) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = f"person{number % PEOPLE}@example.jp", f"box{box}@example.go.jp"
    message["Subject"], message["Message-ID"] = f"複合機{number}の不具合について", f"<{box}.{number}@example.jp>"
    message["Date"] = "Wed, 20 May 2026 09:00:00 +0900"
    message.set_content(TEXT.format(number=number) * 2)
    return bytes(message)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "bench.support.mail_boxes", *(str(each) for each in arguments)]


def rate(server: Dovecot, *, workers: int, contracts: int, count: int) -> float:
    """Return mails a second from the moment all workers are ready until the last of them has emptied its box."""
    with postgres_server() as url, tempfile.TemporaryDirectory() as folder:
        parts = dict(part.split("=") for part in url.split())
        database = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
        environ = {**os.environ, "MADOGUCHI_DATABASE": database, "MADOGUCHI_DATA": folder}
        subprocess.run(command("build", server.imap, workers, contracts), env=environ, check=True)
        for number in range(workers):
            server.deliver(f"box{number}", (letter(number, each) for each in range(count // workers)))
        processes = [
            subprocess.Popen(command("work", number), env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for number in range(workers)
        ]
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
        started = time.perf_counter()
        for process in processes:
            assert process.stdin
            process.stdin.close()
        for process in processes:
            assert process.wait() == 0
        taken = time.perf_counter() - started
        left = sum(len(server.messages(f"box{number}")) for number in range(workers))
        assert left == 0, f"{left} mails are left"
    return count / taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4_000)
    options = parser.parse_args()
    with dovecot_server() as server:
        for workers, contracts in ((1, 1), (2, 1), (2, 2)):
            measured = rate(server, workers=workers, contracts=contracts, count=options.count)
            asked = f" (wanted: {WANTED:.0f})" if workers > 1 else ""
            sys.stdout.write(f"{workers} worker(s), {contracts} contract(s): {measured:.0f} mails/s{asked}\n")


if __name__ == "__main__":
    main()
