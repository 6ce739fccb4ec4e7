"""A progress bar with its rate: on a terminal one line, nothing elsewhere."""

import time
from typing import Final, TextIO

BAR: Final = 30  # characters
REDRAW_S: Final = 0.2


class ProgressBar:
    """One line that tells how far work is and how fast it goes."""

    def __init__(self, out: TextIO, total: int) -> None:
        self._out, self._total = out, total
        self._begun, self._drawn = time.monotonic(), 0.0
        self._shown = out.isatty() and total > 0

    def draw(self, finished: int) -> None:
        """Show that `finished` of all are done, at most five times a second."""
        now = time.monotonic()
        if not self._shown or (now - self._drawn < REDRAW_S and finished < self._total):
            return
        self._drawn = now
        filled = BAR * finished // self._total
        bar = "█" * filled + "·" * (BAR - filled)
        self._out.write(f"\r{bar} {finished}/{self._total} {self.rate(finished):.2f}/s ")
        self._out.flush()

    def end(self) -> None:
        """Leave the line, for a message or for good; the next drawing begins a new one."""
        if self._shown and self._drawn:
            self._out.write("\n")
            self._drawn = 0.0

    def rate(self, finished: int) -> float:
        """Return how many a second were done since the beginning."""
        return finished / max(time.monotonic() - self._begun, 0.001)
