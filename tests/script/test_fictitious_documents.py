"""The generator of fictitious documents, through its command line."""

import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

pytestmark = pytest.mark.alone

COMMAND = Path(__file__).parents[2] / "script" / "demo_documents.py"
ZONES = {"header": "header", "margin": "margin", "text": "body", "footer": "footer"}


def make(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, COMMAND, *map(str, arguments)], check=True)


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def demo_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("set")
    make("set", folder)
    return folder


@pytest.fixture(scope="module")
def truths(demo_set: Path) -> dict[str, Any]:
    return json.loads((demo_set / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def answers(demo_set: Path) -> dict[str, str]:
    recorded = json.loads((demo_set / "answers.json").read_text("utf-8"))
    return {key: answer["raw"] for key, answer in recorded.items()}


def page_of(truths: dict[str, Any], document: str) -> tuple[str, dict[str, Any]]:
    return next((key, truth) for key, truth in truths.items() if truth["document"] == document)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make("pages", tmp_path / name, "--count", "2", "--level", "heavy")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_set_holds_every_container_and_stays_small(demo_set: Path) -> None:
    files = list(demo_set.glob("*/*"))
    assert Counter(path.suffix for path in files) == {".jpg": 9, ".png": 1, ".tif": 1, ".pdf": 2}
    assert sum(path.stat().st_size for path in files) < 2_000_000
    with Image.open(demo_set / "printed/notas-003.tif") as tiff:
        assert tiff.n_frames == 2
    with pypdfium2.PdfDocument(demo_set / "legal/processo-001.pdf") as pdf:
        assert len(pdf) == 3


def test_locked_pdf_asks_for_a_password(demo_set: Path) -> None:
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(demo_set / "printed/laudo-protegido.pdf")


def test_truth_says_what_was_set_zone_by_zone(truths: dict[str, Any]) -> None:
    for truth in truths.values():
        for zone, region in ZONES.items():
            lines = [line["text"] for line in truth["lines"] if line["region"] == region]
            assert (truth[zone] or "") == "\n".join(lines)


def test_every_line_lies_on_its_page(demo_set: Path, truths: dict[str, Any]) -> None:
    _, truth = page_of(truths, "printed/diario-001.jpg")
    with Image.open(demo_set / truth["document"]) as image:
        width, height = image.size
    corners = [corner for line in truth["lines"] for corner in line["polygon"]]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in corners)


def test_field_values_stand_on_the_page(truths: dict[str, Any]) -> None:
    for truth in truths.values():
        text = " ".join(line["text"] for line in truth["lines"])
        for field in truth["fields"]:
            values = field["value"] if isinstance(field["value"], list) else [field["value"]]
            assert field["name"] == "tipo" or all(value in text for value in values)


def test_every_page_has_a_recorded_answer_and_four_are_faulty(
    truths: dict[str, Any], answers: dict[str, str]
) -> None:
    assert answers.keys() == truths.keys()
    zones = ("header", "margin", "footer", "text")
    faithful = {
        key
        for key, truth in truths.items()
        if answers[key]
        == json.dumps({zone: truth[zone] for zone in zones if truth[zone]}, ensure_ascii=False)
    }
    assert len(truths) - len(faithful) == 4


def test_looping_answer_is_cut_off_with_a_repeated_tail(
    truths: dict[str, Any], answers: dict[str, str]
) -> None:
    answer = answers[page_of(truths, "printed/diario-001.jpg")[0]]
    assert answer.count(answer[-15:]) >= 4
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer)


def test_faults_are_where_they_were_planted(
    truths: dict[str, Any], answers: dict[str, str]
) -> None:
    key, letter = page_of(truths, "legal/oficio-001.jpg")
    assert json.loads(answers[key])["text"].startswith(letter["header"])
    key, certificate = page_of(truths, "legal/certidao-001.jpg")
    cpf = next(field["value"][0] for field in certificate["fields"] if field["name"] == "cpf")
    text = json.loads(answers[key])["text"]
    assert cpf not in text
    assert cpf[:-1] in text
    key, judgment = page_of(truths, "legal/sentenca-001.jpg")
    missing = len(judgment["text"].split("\n")) - len(json.loads(answers[key])["text"].split("\n"))
    assert missing == 1
