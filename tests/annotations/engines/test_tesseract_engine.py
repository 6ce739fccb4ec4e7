"""Tesseract, as installed."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from contract import LINES, EngineContract, draw_page, request_for
from PIL import Image, ImageDraw, ImageFont

from annotations.content import parse_answer
from annotations.engines import tesseract_process
from annotations.engines.base import Engine, EngineError
from annotations.engines.reader import read_words
from annotations.engines.registry import build
from annotations.engines.tesseract_process import Reading, TesseractError, read_tsv
from annotations.metrics import cer_counts

pytestmark = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="the program tesseract is not installed"
)


class TestTesseractEngine(EngineContract):
    """Tesseract keeps the contract of engines."""

    @pytest.fixture
    def engine(self) -> Engine:
        return build("tesseract", "", "", "", {})


def test_words_have_places_and_confidences(tmp_path: Path) -> None:
    (answer,) = build("tesseract", "", "", "", {}).read(
        [request_for(draw_page(tmp_path / "p.png"))]
    )
    assert answer.words is not None
    first = answer.words.words[0]
    assert first.text == "OFICIO"
    assert (first.left, first.top) == pytest.approx((90, 308), abs=12)
    assert 0.8 < first.confidence <= 1
    assert answer.words.trust > 0.8
    layout = answer.words.to_json()
    assert layout["words"][0][6] == 0
    assert layout["regions"][0]["zone"] == "text"
    assert layout["regions"][-1]["lines"][1] == 2


def test_line_breaks_are_kept_and_the_raw_answer_is_canonical(tmp_path: Path) -> None:
    (answer,) = build("tesseract", "", "", "", {}).read(
        [request_for(draw_page(tmp_path / "p.png"))]
    )
    content = parse_answer(answer.raw).content
    assert content.text is not None
    assert content.text.count("\n") == 2
    assert cer_counts("\n".join(LINES), content.text).rate < 0.05
    assert content.canonical_json() == answer.raw


def test_a_note_that_runs_up_the_edge_is_read_into_the_margin(tmp_path: Path) -> None:
    path = draw_page(tmp_path / "p.png", LINES * 4)
    turns = {90: Image.Transpose.ROTATE_90, 270: Image.Transpose.ROTATE_270}
    for angle, turn, top in ((90, turns[90], 490), (270, turns[270], 405)):
        image = Image.open(path).convert("L")
        note = Image.new("L", (330, 40), "white")
        font = ImageFont.load_default(28)
        ImageDraw.Draw(note).text((4, 2), "Folhas 111 do livro", font=font, fill=20)
        image.paste(note.transpose(turn), (15, 400))
        image.save(tmp_path / "turned.png")
        words = read_words(tmp_path / "turned.png")
        assert words.zones.margin == "Folhas 111 do livro"
        region = next(region for region in words.regions if region.zone == "margin")
        assert region.angle == angle
        assert region.box == pytest.approx((24, top, 22, 234), abs=12)


def test_a_blank_page_has_no_words(tmp_path: Path) -> None:
    Image.new("RGB", (600, 800), "white").save(tmp_path / "blank.png")
    words = read_words(tmp_path / "blank.png")
    assert (words.words, words.trust) == ((), 0)
    assert words.zones.canonical_json() == '{"text": ""}'


def test_parameters_are_checked(tmp_path: Path) -> None:
    for parameters, message in [
        ({"psm": "99"}, "psm is 1 to 13"),
        ({"psm": "three"}, "invalid literal"),
        ({"speed": "2"}, "not speed"),
    ]:
        with pytest.raises(EngineError, match=message):
            build("tesseract", "", "", "", parameters)
    with pytest.raises(EngineError, match="tesseract takes no prompt"):
        build("tesseract", "", "", "Read.", {})
    engine = build("tesseract", "", "", "", {"language": "klingon"})
    (answer,) = engine.read([request_for(draw_page(tmp_path / "p.png"))])
    assert "Tesseract ended with 1" in str(answer.error)


def test_a_reading_that_takes_too_long_is_stopped_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\nsleep 987 & echo $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(tesseract_process, "PROGRAM", str(program))
    start = time.monotonic()
    with pytest.raises(TesseractError, match="stopped after 1 s"):
        read_tsv(tmp_path / "x.png", Reading(), seconds=1)
    assert time.monotonic() - start < 10
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}")
    deadline = time.monotonic() + 5
    while child.exists() and "Z" not in (child / "stat").read_text().split(")")[1]:
        assert time.monotonic() < deadline, "the child outlived its group"


def test_a_missing_program_is_said_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tesseract_process, "PROGRAM", str(tmp_path / "none"))
    monkeypatch.setattr(tesseract_process, "_dying_with_parent", tuple)
    tesseract_process.program_version.cache_clear()
    with pytest.raises(TesseractError, match="apt-get install tesseract-ocr"):
        read_tsv(tmp_path / "x.png", Reading())
    tesseract_process.program_version.cache_clear()


def test_a_doubtful_page_is_read_again_and_the_better_reading_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = "5\t1\t1\t1\t1\t1\t90\t300\t200\t30\t{}\t{}"
    rule = "5\t1\t2\t1\t1\t1\t0\t50\t900\t2\t95\t "
    readings = {
        tesseract_process.OTSU: f"{word.format(60, 'OFlClO')}\n{rule}",
        tesseract_process.SAUVOLA: word.format(90, "OFICIO"),
    }
    asked: list[int] = []

    def read(_image: object, reading: Reading, *, seconds: float) -> str:
        asked.append(reading.thresholding)
        return readings[reading.thresholding]

    monkeypatch.setattr("annotations.engines.reader.read_tsv", read)
    page = draw_page(tmp_path / "p.png", [])
    assert read_words(page).zones.text == "OFICIO"
    assert asked == [tesseract_process.OTSU, tesseract_process.SAUVOLA]
    readings[tesseract_process.OTSU] = word.format(95, "OFICIO")
    asked.clear()
    read_words(page)
    assert asked == [tesseract_process.OTSU]


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="the system has no setpriv")
def test_the_program_dies_with_its_parent(tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 987\n")
    program.chmod(0o755)
    script = (
        "from pathlib import Path\n"
        "from annotations.engines import tesseract_process as t\n"
        f"t.PROGRAM = {str(program)!r}\n"
        "t.read_tsv(Path('x.png'), t.Reading())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert time.monotonic() < deadline, "the program was not started"
    child = Path("/proc") / (tmp_path / "pid").read_text().strip()
    assert child.exists()
    parent.kill()
    parent.wait()
    while child.exists() and "Z" not in (child / "stat").read_text().split(")")[1]:
        assert time.monotonic() < deadline, "the program outlived its parent"
