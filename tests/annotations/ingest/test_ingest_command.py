"""The command `ingest`: folders in, one line a refusal, nothing twice."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rows import make_image

from annotations.ingest import folder as folders
from annotations.jobs import drain
from annotations.models import DecodeJob, Document, Page, Project, User

People = dict[str, User]


def ingest(*arguments: object) -> dict[str, Any]:
    out = io.StringIO()
    call_command(
        "ingest", "--project", "acervo", "--json", *map(str, arguments), stdout=out, stderr=out
    )
    answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return answer


def refused(code: int, *arguments: object) -> str:
    """Return what a run that ends with this exit status writes."""
    out = io.StringIO()
    with pytest.raises((SystemExit, CommandError)) as end:
        call_command("ingest", "--project", "acervo", *map(str, arguments), stdout=out, stderr=out)
    status = end.value.code if isinstance(end.value, SystemExit) else end.value.returncode
    assert status == code
    return f"{out.getvalue()}{end.value}"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Return a folder of three pictures, one of them deeper, and a note."""
    folder = tmp_path / "scans"
    (folder / "deeper").mkdir(parents=True)
    for number in (1, 2):
        (folder / f"p{number}.png").write_bytes(make_image(number))
    (folder / "deeper" / "p3.png").write_bytes(make_image(3))
    (folder / "notes.csv").write_text("a;b")
    return folder


def test_a_folder_comes_in_once(project: Project, scans: Path) -> None:
    assert ingest(scans)["new"] == 2
    answer = ingest(scans, "--recursive")
    assert (answer["new"], answer["present"], answer["refused"]) == (1, 2, [])
    assert answer["ignored"] == [str(scans / "notes.csv")]
    assert Document.objects.count() == DecodeJob.objects.count() == 3
    assert Document.objects.get(filename="p3.png").uploaded_by.username == "cli"


def test_group_and_kind_are_kept(project: Project, scans: Path) -> None:
    ingest(scans, "--kind", "legal", "--group", "caixa 1")
    assert set(Document.objects.values_list("kind", "group_key")) == {("legal", "caixa 1")}


def test_known_text_beside_a_file_is_approved(project: Project, scans: Path) -> None:
    (scans / "p1.txt").write_bytes("\ufeffCertida\u0303o\r\n".encode())
    (scans / "p2.json").write_text('{"header": "Ofício", "text": "Ação", "id": 7}')
    answer = ingest(scans, "--ground-truth")
    assert (answer["new"], answer["ground_truth"]) == (2, 2)
    assert ingest(scans, "--ground-truth")["present"] == 2
    drain("cpu")
    assert ingest(scans, "--ground-truth")["present"] == 2
    texts = {
        page.document.filename: page.head_revision and page.head_revision.content
        for page in Page.objects.select_related("document", "head_revision")
    }
    assert texts["p1.png"]["text"] == "Certidão"
    assert (texts["p2.png"]["header"], texts["p2.png"]["text"]) == ("Ofício", "Ação")
    assert set(Page.objects.values_list("state", "version")) == {("approved", 1)}


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("p1.json", b'{"text": ["', "not JSON"),
        ("p1.json", b"[" * 100_000, "nested"),
        ("p1.txt", "Certidão".encode("latin-1"), "UTF-8"),
    ],
)
def test_known_text_that_is_no_text_keeps_its_file_out(
    project: Project, scans: Path, name: str, data: bytes, word: str
) -> None:
    (scans / name).write_bytes(data)
    told = refused(3, scans, "--ground-truth")
    assert word in told
    assert list(Document.objects.values_list("filename", flat=True)) == ["p2.png"]


def test_files_that_promise_a_page_and_hold_none_are_refused_aloud(
    project: Project, scans: Path
) -> None:
    (scans / "fake.jpg").write_text("<html>")
    (scans / "empty.png").write_bytes(b"")
    told = refused(3, scans)
    assert "fake.jpg: This is not a JPEG" in told
    assert "empty.png: The file is empty" in told
    assert Document.objects.count() == 2


def test_bad_input_is_one_clear_line(project: Project, scans: Path, tmp_path: Path) -> None:
    assert "no file or folder" in refused(1, tmp_path / "nowhere")
    assert "printed" in refused(1, scans, "--kind", "nenhum")
    assert "not a JPEG" in refused(1, scans / "notes.csv")
    assert "nobody" in refused(1, scans, "--as", "nobody")
    assert not Document.objects.exists()


def test_only_managers_take_files_in(project: Project, scans: Path) -> None:
    assert "role" in refused(1, scans, "--as", "revisora")
    assert "Not found" in refused(1, scans, "--as", "estranha")
    assert ingest(scans, "--as", "gerente")["new"] == 2


def test_an_interrupted_run_goes_on_where_it_stopped(
    project: Project, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = folders.Intake.take

    def interrupted(intake: folders.Intake, found: folders.Found) -> folders.Outcome:
        if found.path.name == "p2.png":
            raise KeyboardInterrupt
        return take(intake, found)

    with monkeypatch.context() as patch:
        patch.setattr(folders.Intake, "take", interrupted)
        assert "Interrupted" in refused(3, scans)
    assert Document.objects.count() == 1
    assert ingest(scans)["new"] == 1


def test_hostile_names_neither_reach_the_terminal_nor_the_disk(
    project: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number, name in enumerate(["a\nb.png", "\x1b[31mred.png", "ã" * 120 + ".png"]):
        (folder / name).write_bytes(make_image(number))
    (folder / "\x1b[2Jx.png").write_bytes(b"")
    told = refused(3, folder)
    assert "\x1b" not in told
    names = set(Document.objects.values_list("filename", flat=True))
    assert names == {"ab.png", "[31mred.png", "ã" * 120 + ".png"}


def test_real_pages_come_in_with_their_text(project: Project, shared: Path) -> None:
    printed = shared / "data" / "dev" / "printed"
    answer = ingest(printed, "--ground-truth", "--kind", "printed")
    assert (answer["new"], answer["ground_truth"], answer["refused"]) == (6, 6, [])
    drain("cpu")
    assert list(Page.objects.values_list("state", flat=True)) == ["approved"] * 6
    assert not Page.objects.exclude(dpi=None).filter(dpi__lt=100).exists()


def test_every_odd_file_ends_somewhere(project: Project, shared: Path) -> None:
    told = refused(3, shared / "data" / "odd")
    assert "own-html-named.jpg" in told
    drain("cpu")
    assert not Document.objects.filter(state__in=["received", "splitting"]).exists()
    assert not DecodeJob.objects.exclude(state__in=["done", "failed"]).exists()
    failed = dict(Document.objects.filter(state="failed").values_list("filename", "error_code"))
    assert failed["own-png-bomb-20000x20000.png"] == "too_many_pixels"
    assert failed["pdfjs-issue6010_1.pdf"] == "password_protected"
    assert len(failed) == 15
