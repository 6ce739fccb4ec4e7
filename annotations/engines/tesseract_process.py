"""Run the Tesseract program: one process a reading, bounded in time, dead with its parent."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from annotations.engines.base import EngineError

PROGRAM = "tesseract"
# Wall-clock seconds for one reading: a dense gazette takes 4 s; noise on a 50 MP scan minutes.
READ_SECONDS = 180.0
# Resolutions that Tesseract accepts as a hint, in dots per inch.
MIN_DPI, MAX_DPI = 70, 2400
# Ways to part ink from paper: one threshold, or one that follows the paper's shade.
OTSU, SAUVOLA = 0, 2


class TesseractError(EngineError):
    """Say why a reading failed."""


@dataclass(frozen=True)
class Reading:
    """Options of one run; all are sent explicitly and stored with the answer."""

    language: str = "por"
    psm: int = 3
    dpi: int | None = None
    thresholding: int = OTSU


@cache
def program_version() -> str:
    """Return the installed version, as in `5.3.0`. Raises TesseractError with the cure."""
    try:
        shown = subprocess.run(
            [PROGRAM, "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        raise TesseractError(
            "Tesseract is not installed: `apt-get install tesseract-ocr tesseract-ocr-por`, "
            "or `brew install tesseract tesseract-lang`"
        ) from None
    return shown.stdout.split()[1]


def read_tsv(image: Path | bytes, reading: Reading, *, seconds: float = READ_SECONDS) -> str:
    """Read an image file, or its encoded bytes, and return Tesseract's TSV.

    Raises TesseractError when the program is missing, fails or takes longer than `seconds`.
    """
    source = "stdin" if isinstance(image, bytes) else str(image.resolve())
    data = image if isinstance(image, bytes) else None
    command = [*_dying_with_parent(), PROGRAM, source, "stdout", *_options(reading), "tsv"]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # More threads than one make it five times slower.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            start_new_session=True,
        )
    except FileNotFoundError:
        program_version()
        raise
    out, err = _wait(process, data, seconds)
    if process.returncode:
        reason = err.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise TesseractError(f"Tesseract ended with {process.returncode}: {reason[0][:200]}")
    return out.decode(errors="replace")


def _wait(
    process: subprocess.Popen[bytes], data: bytes | None, seconds: float
) -> tuple[bytes, bytes]:
    try:
        return process.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TesseractError(f"Tesseract was stopped after {seconds:g} s") from None
    finally:
        if process.poll() is None:
            _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    finally:
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


def _options(reading: Reading) -> Sequence[str]:
    options = ["-l", reading.language, "--psm", str(reading.psm)]
    options += ["-c", f"thresholding_method={reading.thresholding}"]
    if reading.dpi and MIN_DPI <= reading.dpi <= MAX_DPI:
        options += ["--dpi", str(reading.dpi)]
    return options


@cache
def _dying_with_parent() -> tuple[str, ...]:
    """Return the prefix that sets PR_SET_PDEATHSIG, where the system has it.

    A `preexec_fn` would do the same but may deadlock in a worker that has threads.
    """
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()
