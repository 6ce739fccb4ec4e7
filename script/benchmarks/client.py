"""A small HTTP client that keeps its connection and measures each request."""

import json
import socket
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What came back, and the seconds between sending and the last byte."""

    status: int
    body: Any
    etag: str
    seconds: float


class Client:
    """One reviewer's program: a kept connection and a token. Not for several threads."""

    def __init__(self, address: str, token: str) -> None:
        self.connection = HTTPConnection(address, timeout=120)
        self.connection.connect()
        # Two small segments a request must not wait for the other side's delayed acknowledgement.
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.token = token

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Send one request below `/api/v1/`; end the bench when it is not answered 2xx."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        payload = None if body is None else json.dumps(body).encode()
        started = time.perf_counter()
        self.connection.request(method, f"/api/v1/{path}", body=payload, headers=sent)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - started
        if response.status >= 300:  # noqa: PLR2004 - HTTP
            raise SystemExit(f"{method} {path}: {response.status} {content[:500]!r}")
        parsed = json.loads(content) if content else None
        return Reply(response.status, parsed, response.getheader("ETag") or "", seconds)
