"""The child that decodes: what it may cost, and what its death costs."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from annotations.ingest import decoding
from annotations.ingest.decoder import limits
from annotations.ingest.decoding import Decoder, DecoderDied, Undecodable

pytestmark = pytest.mark.alone


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    with Decoder() as one:
        yield one


def png(folder: Path, image: Image.Image, name: str = "picture.png") -> Path:
    path = folder / name
    image.save(path, "PNG")
    return path


def small(folder: Path) -> Path:
    return png(folder, Image.new("L", (20, 20), 90), "small.png")


def decode_small(decoder: Decoder, folder: Path) -> int:
    with decoder.document(small(folder), "image/png", folder) as document:
        return document.page(1).width


def child_of(decoder: Decoder) -> psutil.Process:
    assert decoder._child is not None
    return psutil.Process(decoder._child.pid)


def test_one_child_serves_many_documents(decoder: Decoder, tmp_path: Path) -> None:
    assert decode_small(decoder, tmp_path) == 20
    first = child_of(decoder).pid
    for _ in range(5):
        decode_small(decoder, tmp_path)
    assert child_of(decoder).pid == first


def test_the_child_is_replaced_after_its_share_of_documents(
    decoder: Decoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DOCUMENTS_PER_CHILD", 2)
    pids = []
    for _ in range(4):
        decode_small(decoder, tmp_path)
        pids.append(child_of(decoder).pid)
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_the_child_is_replaced_after_bad_bytes(decoder: Decoder, tmp_path: Path) -> None:
    decode_small(decoder, tmp_path)
    first = child_of(decoder).pid
    bad = tmp_path / "bad.png"
    bad.write_bytes(small(tmp_path).read_bytes()[:45])
    with (
        pytest.raises(Undecodable, match="corrupt"),
        decoder.document(bad, "image/png", tmp_path) as document,
    ):
        document.page(1)
    decode_small(decoder, tmp_path)
    assert child_of(decoder).pid != first


@pytest.mark.parametrize("side", [11_000, 20_000])
def test_a_bomb_is_refused_from_its_header_within_a_second(
    decoder: Decoder, tmp_path: Path, side: int
) -> None:
    decode_small(decoder, tmp_path)
    bomb = png(tmp_path, Image.new("1", (side, side)))
    begun = time.monotonic()
    with (
        pytest.raises(Undecodable, match="too_many_pixels"),
        decoder.document(bomb, "image/png", tmp_path),
    ):
        pass
    assert time.monotonic() - begun < 1
    assert child_of(decoder).memory_info().rss < 150 * 1024**2


def test_the_memory_limit_holds(decoder: Decoder, tmp_path: Path) -> None:
    decode_small(decoder, tmp_path)
    assert child_of(decoder).rlimit(psutil.RLIMIT_AS)[0] == limits.MEMORY_BYTES
    hungry = "x = bytearray(3 * 1024**3)"
    code = (
        "import os; from annotations.ingest.decoder.confinement import confine;"
        f"confine(os.getppid()); {hungry}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=decoding.CHECKOUT, capture_output=True, check=False
    )
    assert b"MemoryError" in done.stderr


def test_the_child_sees_no_secret_and_no_django(
    decoder: Decoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "segredo")
    monkeypatch.setenv("DATABASE_URL", "postgresql://segredo@example.invalid/x")
    decode_small(decoder, tmp_path)
    assert not any("segredo" in value for value in child_of(decoder).environ().values())
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "annotations.ingest.decoder", "1"],
        cwd=decoding.CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert b"pypdfium2" in loaded.stderr
    assert b"django" not in loaded.stderr


def test_a_killed_child_is_a_named_error_and_the_next_document_is_fine(
    decoder: Decoder, tmp_path: Path
) -> None:
    with decoder.document(small(tmp_path), "image/png", tmp_path) as document:
        child_of(decoder).kill()
        with pytest.raises(DecoderDied):
            document.page(1)
    assert decode_small(decoder, tmp_path) == 20


def test_a_child_that_died_between_documents_is_nobodys_failure(
    decoder: Decoder, tmp_path: Path
) -> None:
    decode_small(decoder, tmp_path)
    dead = child_of(decoder)
    dead.kill()
    dead.wait(5)
    assert decode_small(decoder, tmp_path) == 20


def test_a_page_that_takes_too_long_ends_the_child(
    decoder: Decoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode_small(decoder, tmp_path)
    stuck = child_of(decoder)
    monkeypatch.setattr(limits, "REQUEST_WALL_SECONDS", 0.3)
    stuck.suspend()
    with pytest.raises(DecoderDied), decoder.document(small(tmp_path), "image/png", tmp_path):
        pass
    assert not stuck.is_running()


def test_an_interrupted_question_leaves_no_answer_behind(decoder: Decoder, tmp_path: Path) -> None:
    class Alarm(BaseException):
        pass

    def ring(*_: object) -> None:
        raise Alarm

    decode_small(decoder, tmp_path)
    child_of(decoder).suspend()
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(Alarm), decoder.document(small(tmp_path), "image/png", tmp_path):
            pass
    finally:
        signal.signal(signal.SIGALRM, before)
    assert decode_small(decoder, tmp_path) == 20


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path;"
        "from annotations.ingest.decoding import Decoder;"
        "d = Decoder(); d._ensure_child(); print(d._child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=decoding.CHECKOUT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        child.suspend()  # as if busy with a page: it cannot see that its pipe was closed
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(5)
    try:
        child.wait(5)
    finally:
        if child.is_running():
            child.kill()
    assert not child.is_running()


def test_memory_stays_level_over_many_large_pages(decoder: Decoder, tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.effect_noise((2_000, 2_800), 80).save(out, "JPEG")
    page = tmp_path / "page.jpg"
    page.write_bytes(out.getvalue())
    sizes = []
    for _ in range(12):
        with decoder.document(page, "image/jpeg", tmp_path) as document:
            document.page(1)
        sizes.append(child_of(decoder).memory_info().rss)
    assert sizes[-1] - sizes[2] < 20 * 1024**2
