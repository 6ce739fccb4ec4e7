"""The worker's side of decoding: one long-lived child, watched and replaced."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from annotations.ingest.decoder import framing, limits
from annotations.ingest.decoder.framing import BrokenFraming, Message
from annotations.ingest.errors import StorageFull

CHECKOUT: Final = Path(__file__).resolve().parents[2]
# No key, token or address of the worker's environment reaches code that reads hostile bytes.
KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")


class Undecodable(Exception):
    """The file or page cannot be decoded, today or tomorrow; `code` is one of `reasons`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DecoderDied(Exception):
    """The child died, ran out of time or memory, or lost step; a new try may fare better."""


@dataclass(frozen=True)
class DecodedPage:
    """A canonical image and its thumbnail, as files that live until the next request."""

    image: Path
    thumbnail: Path
    media_type: str
    width: int
    height: int
    dpi: int | None
    perceptual_hash: int
    scaled_down: bool


class OpenDocument:
    """A file that the child holds open."""

    def __init__(self, decoder: "Decoder", page_count: int, folder: Path) -> None:
        self._decoder = decoder
        self._folder = folder
        self.page_count = page_count

    def page(self, number: int) -> DecodedPage:
        """Decode page `number`, counted from 1.

        The files of the page before are overwritten. Raises `Undecodable`, `DecoderDied`.
        """
        answer = self._decoder.ask({"page": number, "into": str(self._folder)})
        return DecodedPage(
            image=self._folder / "page",
            thumbnail=self._folder / "thumbnail",
            media_type=answer["media_type"],
            width=answer["width"],
            height=answer["height"],
            dpi=answer["dpi"],
            perceptual_hash=answer["perceptual_hash"],
            scaled_down=answer["scaled_down"],
        )


class Decoder:
    """One decoding child, started when needed, replaced after `DOCUMENTS_PER_CHILD` or a failure.

    Not thread-safe; and the child dies with the thread that started it.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._documents = 0
        self._met_bad_bytes = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextlib.contextmanager
    def document(self, path: Path, media_type: str, folder: Path) -> Iterator[OpenDocument]:
        """Open a file; its pages are written into `folder`. Raises `Undecodable`, `DecoderDied`."""
        if self._met_bad_bytes or self._documents >= limits.DOCUMENTS_PER_CHILD:
            self.close()
        self._ensure_child()
        self._documents += 1
        answer = self.ask({"open": str(path), "media_type": media_type})
        try:
            yield OpenDocument(self, answer["pages"], folder)
        finally:
            if self._child is not None:
                self.ask({"close": True})

    def ask(self, request: Message) -> Message:
        """Return the answer to one request.

        Raises `Undecodable`, `DecoderDied`, `StorageFull`.
        """
        if self._child is None:
            raise DecoderDied("no child")
        answer = self._exchange(self._child, request, limits.REQUEST_WALL_SECONDS)
        if "out_of_memory" in answer:
            self.close()
            raise DecoderDied("out of memory")
        if "disk_full" in answer:
            raise StorageFull
        if "failure" in answer:
            self._met_bad_bytes = True  # the next document gets a child that may still be trusted
            raise Undecodable(answer["failure"])
        return answer

    def close(self) -> None:
        """End the child with everything it may have started."""
        child, self._child = self._child, None
        self._documents, self._met_bad_bytes = 0, False
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        child.wait()

    def _ensure_child(self) -> None:
        if self._child is not None and self._child.poll() is None:
            return
        self.close()
        environment = {k: v for k in KEPT_VARIABLES if (v := os.environ.get(k)) is not None}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "annotations.ingest.decoder", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "PYTHONPATH": str(CHECKOUT)},
            bufsize=0,
            start_new_session=True,
        )
        self._exchange(self._child, None, limits.START_WALL_SECONDS)

    def _exchange(
        self, child: subprocess.Popen[bytes], request: Message | None, seconds: float
    ) -> Message:
        deadline = time.monotonic() + seconds
        try:
            if request is not None and child.stdin is not None:
                child.stdin.write(framing.encode(request))
            header = _read(child, framing.HEADER.size, deadline)
            return framing.parse(_read(child, framing.body_length(header), deadline))
        except (OSError, BrokenFraming) as error:
            self.close()
            raise DecoderDied(f"{type(error).__name__}, exit {child.returncode}") from error
        except BaseException:
            self.close()  # interrupted between question and answer: the two would be out of step
            raise


def _read(child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
    """Read exactly `count` bytes; raises `TimeoutError` or `BrokenFraming`."""
    if child.stdout is None:
        raise BrokenFraming
    descriptor, parts = child.stdout.fileno(), b""
    while len(parts) < count:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(descriptor, count - len(parts))
        if not part:
            raise BrokenFraming
        parts += part
    return parts
