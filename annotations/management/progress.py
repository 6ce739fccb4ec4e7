"""A progress bar with its rate: on a terminal one line, nothing elsewhere."""

import time
from types import TracebackType
from typing import Final, Self, TextIO

BAR: Final = 30  # characters
REDRAW_S: Final = 0.2
WIPE: Final = "\r\x1b[K"


class Progress:
    """How far work is and how fast it goes; leaves the terminal's line when it ends."""

    def __init__(self, out: TextIO, total: int) -> None:
        self._out, self._total = out, total
        self._begun, self._drawn = time.monotonic(), 0.0
        self._shown = out.isatty() and total > 0
        self.finished = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            self._draw()
            self._out.write("\n")

    def advance(self, count: int = 1) -> None:
        """Count more as done."""
        self.move_to(self.finished + count)

    def move_to(self, finished: int) -> None:
        """Say how many are done by now; drawn at most five times a second."""
        self.finished = finished
        now = time.monotonic()
        if self._shown and now - self._drawn >= REDRAW_S:
            self._drawn = now
            self._draw()

    def clear(self) -> None:
        """Wipe the line, so that a message can be written."""
        if self._shown:
            self._out.write(WIPE)
            self._drawn = 0.0

    @property
    def rate(self) -> float:
        """Return how many a second were done since the beginning."""
        return self.finished / max(time.monotonic() - self._begun, 0.001)

    def _draw(self) -> None:
        filled = BAR * self.finished // self._total
        bar = "█" * filled + "·" * (BAR - filled)
        self._out.write(f"{WIPE}{bar} {self.finished}/{self._total} {self.rate:.2f}/s ")
        self._out.flush()
