"""A server over real sockets that answers, hangs, drips, loops, cuts and lies, as it is told.

It notes what it was sent, and when its client went away.
"""

import json
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

# What a play may take at the very most, in seconds; a test has ended long before.
LONGEST_S = 60.0


class Visit:
    """One connection: what came in, and what may be sent back."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.path = ""
        self.headers: dict[str, str] = {}
        self.body = b""
        self.gone_at: float | None = None
        self.ended = threading.Event()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def receive(self) -> None:
        file = self.sock.makefile("rb")
        self.path = file.readline().decode().split(" ")[1]
        while line := file.readline().strip():
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()
        self.body = file.read(int(self.headers.get("content-length", 0)))

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def head(self, status: int = 200, **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} x", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def stream(self) -> None:
        self.head(Content_Type="text/event-stream", Transfer_Encoding="chunked")

    def event(self, event: object) -> None:
        data = event if isinstance(event, str) else json.dumps(event)
        self.chunk(f"data: {data}\n\n".encode())

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def is_gone(self, wait_s: float = 0.0) -> bool:
        """Wait for the client to go away; the moment is noted."""
        with suppress(ValueError):
            if select.select([self.sock], [], [], wait_s)[0]:
                with suppress(OSError):
                    if self.sock.recv(1):
                        return False
                self.gone_at = time.monotonic()
        return self.gone_at is not None


Play = Callable[[Visit], None]


class Stub:
    """A running server; visits are played in order, the last play again and again."""

    def __init__(self, plays: Sequence[Play], host: str, tls: ssl.SSLContext | None) -> None:
        self.visits: list[Visit] = []
        self.plays = list(plays)
        self.lock = threading.Lock()
        stub = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    sock = self.request
                    if tls is not None:
                        sock = tls.wrap_socket(sock, server_side=True)
                    stub.serve(Visit(sock))
                    sock.close()

        class Server(ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Server((host, 0), Handler)
        self.host, self.port = self.server.server_address[:2]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def serve(self, visit: Visit) -> None:
        with self.lock:
            self.visits.append(visit)
            play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        try:
            visit.receive()
            play(visit)
        except OSError:
            visit.gone_at = visit.gone_at or time.monotonic()
        finally:
            visit.ended.set()


@contextmanager
def serving(
    *plays: Play, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Stub]:
    stub = Stub(plays, host, tls)
    thread = threading.Thread(target=stub.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.server.shutdown()
        stub.server.server_close()
        thread.join()


def delta(text: str, finish: str | None = None, **more: object) -> dict[str, object]:
    """Return an event of a chat completion."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish, **more}
    return {"object": "chat.completion.chunk", "model": "tiny", "choices": [choice]}


def answers(*pieces: str, finish: str = "stop", usage: object = None) -> Play:
    """Stream pieces of text, the reason, the figures and the end."""

    def play(visit: Visit) -> None:
        visit.stream()
        for piece in pieces:
            visit.event(delta(piece))
        visit.event(delta("", finish))
        visit.event({"choices": [], "usage": usage})
        visit.event("[DONE]")
        visit.chunk(b"")

    return play


def says(status: int, body: object = "", **headers: str) -> Play:
    """Answer a whole body."""

    def play(visit: Visit) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        visit.head(status, Content_Length=str(len(data)), **headers)
        visit.send(data)

    return play


def hangs(visit: Visit) -> None:
    """Say nothing until the client goes."""
    visit.is_gone(LONGEST_S)


def closes(visit: Visit) -> None:
    """Close without a word."""


def resets(visit: Visit) -> None:
    """Reset the connection without a word."""
    visit.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def drips(visit: Visit) -> None:
    """Send one byte of the headers every 0.2 s, for ever."""
    visit.send(b"HTTP/1.1 200 OK\r\nX: ")
    while not visit.is_gone(0.2):
        visit.send(b"x")


def drips_body(visit: Visit) -> None:
    """Send one byte of one long line every 0.2 s, for ever."""
    visit.head(Content_Type="text/event-stream")
    while not visit.is_gone(0.2):
        visit.send(b"x")


def loops(visit: Visit) -> None:
    """Write the same words, a token every 2 ms, for ever."""
    visit.stream()
    while not visit.is_gone(0.002):
        visit.event(delta(" de novo"))


def cuts(visit: Visit) -> None:
    """Close in the middle of a stream."""
    visit.stream()
    visit.event(delta("a metade"))


def floods(visit: Visit) -> None:
    """Send 100 MB of events."""
    visit.stream()
    for _ in range(1600):
        visit.chunk(b": " + b"x" * 65_533 + b"\n")


def redirects_to(location: str) -> Play:
    """Point to another address."""
    return says(307, Location=location)
