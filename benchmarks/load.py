"""A small load generator: many keep-alive connections in one process, prepared requests, answers timed.

Sockets and ``selectors`` only, so that it costs the server as little of the shared cores as Python can.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """What came back: answers by status, seconds each took, and bodies when they were kept."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    bodies: list[tuple[int, bytes]] = field(default_factory=list)
    lost: int = 0
    elapsed: float = 0.0

    def add(self, other: Outcome) -> None:
        """Another run of the same kind, one after the other."""
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        self.seconds += other.seconds
        self.bodies += other.bodies
        self.lost += other.lost
        self.elapsed += other.elapsed

    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """Seconds within which that share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    buffer: bytes = b""
    request: int = -1
    sent_at: float = 0.0


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A prepared POST request."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def fire(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int,
    keep: bool = False,
    on_answer: object = None,
    patience: float = 120.0,
) -> Outcome:
    """Send every request once over ``connections`` connections, one in flight on each.

    A connection that breaks loses the answer in flight (counted ``lost``) and is not opened again: what
    happened to that request is for the caller to find out. ``on_answer(index, status, body)`` is called for
    each whole answer.
    """
    outcome = Outcome()
    selector = selectors.DefaultSelector()
    waiting: Iterator[int] = iter(range(len(requests)))
    open_ = 0
    started = time.perf_counter()
    for _ in range(min(connections, len(requests))):
        try:
            link = socket.create_connection(("127.0.0.1", port), timeout=10)
        except ConnectionError:
            break  # the server was killed meanwhile; what was not sent has no answer
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.setblocking(True)
        connection = _Connection(link)
        selector.register(link, selectors.EVENT_READ, connection)
        open_ += 1
        _send(connection, requests, waiting)
    deadline = started + patience
    while open_ and time.perf_counter() < deadline:
        for key, _events in selector.select(timeout=1.0):
            connection = key.data
            try:
                data = connection.socket.recv(65536)
            except OSError:
                data = b""
            connection.buffer += data
            answer = _answer(connection.buffer)
            if answer is not None:
                status, body, rest = answer
                connection.buffer = rest
                now = time.perf_counter()
                outcome.seconds.append(now - connection.sent_at)
                outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
                if keep:
                    outcome.bodies.append((connection.request, body))
                if callable(on_answer):
                    on_answer(connection.request, status, body)
                if _send(connection, requests, waiting):
                    continue
            elif data:
                continue
            elif connection.request >= 0:
                outcome.lost += 1
            selector.unregister(connection.socket)
            connection.socket.close()
            open_ -= 1
    outcome.elapsed = time.perf_counter() - started
    return outcome


def _send(connection: _Connection, requests: Sequence[bytes], waiting: Iterator[int]) -> bool:
    connection.request = next(waiting, -1)
    if connection.request < 0:
        return False
    connection.sent_at = time.perf_counter()
    try:
        connection.socket.sendall(requests[connection.request])
    except OSError:
        return False
    return True


def _answer(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """Status, body and rest of the first whole answer in the buffer."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end].lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    whole = end + 4 + length
    if len(buffer) < whole:
        return None
    return int(buffer[9:12]), buffer[end + 4 : whole], buffer[whole:]
