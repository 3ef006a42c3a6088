"""A TCP proxy that breaks connections off after so many bytes, wherever that is in the protocol."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

CHUNK = 4096


@dataclass(kw_only=True)
class Proxy:
    port: int
    cut_count: int = 0


@contextmanager
def cutting_proxy(*, target: int, cuts: int, most_bytes: int, seed: int) -> Iterator[Proxy]:
    """Yield a proxy that cuts connections off, each after a number of bytes drawn from a seed, until it cut so many.

    A connection that ends by itself before its bytes have passed is no cut: the next one is cut instead.
    """
    chance = random.Random(seed)
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(port=int(listener.getsockname()[1]))

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            budget = chance.randrange(1, most_bytes) if proxy.cut_count < cuts else None
            threading.Thread(target=serve, args=(client, budget), daemon=True).start()

    def serve(client: socket.socket, budget: int | None) -> None:
        with client, socket.create_connection(("127.0.0.1", target)) as server:
            back = threading.Thread(target=pump, args=(client, server, None), daemon=True)
            back.start()
            pump(server, client, budget)
            for each in (client, server):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            back.join()

    def pump(source: socket.socket, sink: socket.socket, budget: int | None) -> None:
        try:
            while data := source.recv(CHUNK if budget is None else min(CHUNK, budget)):
                sink.sendall(data)
                if budget is not None:
                    budget -= len(data)
                    if budget <= 0:
                        proxy.cut_count += 1
                        return
        except OSError:
            return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
