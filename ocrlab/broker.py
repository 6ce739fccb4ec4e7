"""The embedded broker: kombu messages as files, for one machine and no server.

kombu's own filesystem transport writes a message in place, and a half-written one makes a worker
exit; it also searches one folder for every queue. Here a message appears whole by a rename, a bad
file is dropped with a line in the log, and each queue is a folder. Messages are doorbells
(architecture.md, law 1): a queue that holds enough of them takes no more.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual

logger = logging.getLogger(__name__)

POLLING_S = 0.2  # a listing of an empty folder costs microseconds; people notice a second
QUEUE_LIMIT = 100  # doorbells waiting; without a worker for days they would fill the disk
_QUEUE_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")


class Channel(virtual.Channel):
    """One folder a queue under the transport option `folder`."""

    def _folder(self, queue: str) -> Path:
        if not _QUEUE_NAME.fullmatch(queue):
            raise ValueError(f"{queue!r} cannot name a queue")
        return Path(self.connection.client.transport_options["folder"]) / queue

    def _new_queue(self, queue: str, **_: object) -> None:
        self._folder(queue).mkdir(mode=0o700, parents=True, exist_ok=True)

    def _has_queue(self, queue: str, **_: object) -> bool:
        return self._folder(queue).is_dir()

    def _waiting(self, queue: str) -> list[Path]:
        """Return the messages of `queue`, oldest first."""
        return sorted(self._folder(queue).glob("[0-9]*.json"))

    def _put(self, queue: str, message: dict[str, Any], **_: object) -> None:
        self._new_queue(queue)
        if self._size(queue) >= QUEUE_LIMIT:
            return
        name = f"{time.time_ns()}-{uuid.uuid4().hex}.json"
        fresh = self._folder(queue) / f".{name}"
        fresh.write_text(json.dumps(message))
        fresh.rename(fresh.with_name(name))

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for message in self._taken(queue):
            try:
                payload = json.loads(message)
                virtual.Message(payload, channel=self)  # what a consumer will do with it
            except (ValueError, KeyError, TypeError, AttributeError):
                logger.warning("Dropped a message of queue %s that cannot be read.", queue)
                continue
            return dict(payload)
        raise Empty

    def _taken(self, queue: str) -> Iterator[bytes]:
        """Yield messages that this process has taken: whoever removes the file has it."""
        for path in self._waiting(queue):
            try:
                message = path.read_bytes()
                path.unlink()
            except FileNotFoundError:
                continue  # another worker was faster
            except OSError:
                logger.warning("Cannot take the message %s.", path)
                continue
            yield message

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        return sum(1 for _ in self._taken(queue))


class Transport(virtual.Transport):
    """Direct queues only; polled."""

    Channel = Channel
    polling_interval = POLLING_S
    driver_type = driver_name = "files"
    implements = virtual.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset({"direct"}), heartbeats=False
    )

    def driver_version(self) -> str:
        """Return what `celery report` prints."""
        return "1"
