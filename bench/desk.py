"""The desk on PostgreSQL under a load of tickets: pages, search, creations, memory, start.

A server of its own is made and deleted. Times are of whole HTTP requests to `madoguchi serve`, one client unless said.
Memory is that of all its processes, ten seconds after the first answer. Judged is the sum of their PSS, in which a page
that several share counts once; the sum of their RSS counts it once for each of them and is printed beside it.
"""

import argparse
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import postgres_server

ROOT = Path(__file__).parents[1]
WORD = "蜃気楼"
PLANTED = 40
LIMITS = {"list": 20.0, "ticket": 20.0, "search": 20.0}
CREATIONS, IDLE_MIB, START_SECONDS = 250.0, 200.0, 2.0
IDLE_AFTER = 10.0  # seconds; the first round of what is due by the clock is done by then


def environment(folder: Path, url: str) -> dict[str, str]:
    parts = dict(part.split("=") for part in url.split())
    database = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **compiled,  # as an installed desk: its modules are compiled once
        "MADOGUCHI_DATA": str(folder),
        "MADOGUCHI_DATABASE": database,
        "PYTHONPATH": f"{ROOT}/src:{ROOT}",
    }


def fill(count: int, start: int, environ: dict[str, str]) -> dict[str, str]:
    command = [sys.executable, "-m", "bench.support.tickets", "--count", str(count), "--start", str(start)]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[tuple[int, int, float]]:
    """Yield the port, the process and the seconds from the command to the first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "madoguchi", "serve", "--port", str(port)], env=environ, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while time.perf_counter() - started < 60:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/health/")
                assert connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.01)
        yield port, process.pid, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def memory_of(pid: int) -> tuple[float, float]:
    """Return the MiB a process and its children hold: what is shared as a part for each (PSS), or whole (RSS)."""
    total, waiting = {"Pss": 0, "Rss": 0}, [pid]
    while waiting:
        each = waiting.pop()
        for line in Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines():
            name, _, size = line.partition(":")
            if name in total:
                total[name] += int(size.split()[0])
        for task in Path(f"/proc/{each}/task").iterdir():
            waiting += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
    return total["Pss"] / 1024, total["Rss"] / 1024


class Client:
    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers

    def send(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, body=data, headers=self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def timed(client: Client, paths: list[str]) -> list[float]:
    taken = []
    for path in paths:
        started = time.perf_counter()
        status, _ = client.send("GET", path)
        taken.append(1000 * (time.perf_counter() - started))
        assert status == 200, f"{path}: {status}"
    return taken


def creations(port: int, token: str, *, clients: int, seconds: float) -> float:
    """Return tickets opened a second by so many clients at once."""
    counts = [0] * clients
    ended = time.perf_counter() + seconds

    def work(number: int) -> None:
        client = Client(port, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        while time.perf_counter() < ended:
            body = {"subject": f"会議室{counts[number]}の予約", "text": "来週の会議室を予約したい。", "kind": "inquiry"}
            status, answer = client.send("POST", "/api/v1/contracts/bench/tickets", body)
            assert status == 201, answer
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def pages(port: int, known: dict[str, str], *, count: int, rounds: int) -> dict[str, list[float]]:
    client = Client(port, {"Cookie": f"sessionid={known['session']}"})
    chance = random.Random(1)
    numbers = [chance.randrange(1, count) for _ in range(rounds)]
    asked = {
        "list": ["/c/bench/desk/"] * rounds,
        "ticket": [f"/c/bench/tickets/{number}/" for number in numbers],
        "search": [f"/c/bench/search/?q={word}" for word in ("%E8%9C%83%E6%B0%97%E6%A5%BC",) for _ in range(rounds)],
    }
    for paths in asked.values():
        timed(client, paths[:5])
    status, answer = Client(port, {"Authorization": f"Bearer {known['token']}"}).send(
        "GET", "/api/v1/contracts/bench/search?q=%E8%9C%83%E6%B0%97%E6%A5%BC"
    )
    found = [each["subject"] for each in json.loads(answer)["tickets"]]
    assert status == 200
    assert len(found) == PLANTED
    assert all(WORD in subject for subject in found)
    return {name: timed(client, paths) for name, paths in asked.items()}


def measure(count: int, start: int, environ: dict[str, str], *, rounds: int) -> tuple[dict[str, float], bool]:
    made = time.perf_counter()
    known = fill(count - start, start, environ)
    print(f"{count:,} tickets, loaded in {time.perf_counter() - made:.0f} s")
    is_met = True
    with serving(environ) as (port, pid, ready):
        time.sleep(IDLE_AFTER)
        idle, with_shared = memory_of(pid)
        print(f"  cold start {ready:.2f} s of {START_SECONDS}")
        print(f"  idle {idle:.0f} MiB of {IDLE_MIB:.0f} (PSS), {with_shared:.0f} as sum of RSS")
        is_met &= ready <= START_SECONDS and idle <= IDLE_MIB
        medians = {}
        for name, taken in pages(port, known, count=count, rounds=rounds).items():
            ordered = sorted(taken)
            medians[name] = statistics.median(ordered)
            late = ordered[int(len(ordered) * 0.95)]
            print(f"  {name:8} p50 {medians[name]:6.1f} ms  p95 {late:6.1f} ms  of {LIMITS[name]:.0f}")
            is_met &= medians[name] <= LIMITS[name]
        for clients in (1, 2):
            rate = creations(port, known["token"], clients=clients, seconds=8)
            print(f"  {clients} client(s): {rate:.0f} creations/s" + (f" of {CREATIONS:.0f}" if clients == 2 else ""))
            is_met &= clients == 1 or rate >= CREATIONS
    return medians, is_met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[100_000])
    parser.add_argument("--rounds", type=int, default=100)
    given = parser.parse_args()
    met, earlier, start = True, None, 0
    with postgres_server() as url, tempfile.TemporaryDirectory() as folder:
        environ = environment(Path(folder), url)
        for count in sorted(given.tickets):
            medians, is_met = measure(count, start, environ, rounds=given.rounds)
            met &= is_met
            for name, median in medians.items():
                if earlier is not None:
                    print(f"  {name}: {median / earlier[name]:.2f} times the smaller desk's p50, at most 1.5 wanted")
                    met &= median <= 1.5 * earlier[name]
            earlier, start = medians, count
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
