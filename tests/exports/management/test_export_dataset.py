"""`export_dataset`: what a person or a script types to get a dataset."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from rows import make_image

from annotations.models import Page, Project
from exports.models import Release, ReleaseItem

Approve = Callable[..., Page]


def export(output: Path, *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(
        "export_dataset",
        "--project",
        "acervo",
        "--output",
        str(output),
        "--json",
        *arguments,
        stdout=out,
    )
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_a_trainer_loads_what_the_command_wrote(
    approve: Approve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pages = [approve(seed, split=split) for seed, split in enumerate(["train", "train", "test"])]
    answer = export(tmp_path / "out")
    release = Release.objects.get()
    assert answer == {
        "release": 1, "dir": str(tmp_path / "out"), "rows": 3, "sha256": release.sha256,
    }  # fmt: skip

    from datasets import Image, List, load_dataset

    raw = load_dataset(str(tmp_path / "out"), "raw", cache_dir=str(tmp_path / "cache"))
    assert {split: rows.num_rows for split, rows in raw.items()} == {"train": 2, "test": 1}
    stored = {}
    for page in pages:
        with default_storage.open(page.image.key) as file:
            stored[f"{page.document.sha256[:16]}-p1"] = file.read()
    for rows in raw.values():
        plain = rows.cast_column("image", Image(decode=False))
        assert {row["id"]: row["image"]["bytes"] for row in plain}.items() <= stored.items()
    assert raw["train"][0]["image"].size == (120, 160)
    sft = load_dataset(str(tmp_path / "out"), "sft", cache_dir=str(tmp_path / "cache"))["train"]
    plain = sft.cast_column("images", List(Image(decode=False)))
    assert {row["id"]: row["images"][0]["bytes"] for row in plain}.items() <= stored.items()
    assert [message["role"] for message in sft[0]["prompt"] + sft[0]["completion"]] == [
        "user",
        "assistant",
    ]


def test_people_get_one_line(approve: Approve, tmp_path: Path) -> None:
    approve(1)
    out = io.StringIO()
    call_command("export_dataset", project="acervo", output=tmp_path / "out", stdout=out)
    assert out.getvalue().startswith(f"Release 1: 1 pages in {tmp_path}/out (sha256 ")
    assert out.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--config", "raw", "dpo"),
            "configs: “dpo” cannot be made; this version makes: raw, sft.",
        ),
        (("--format", "jsonl"), "format: “jsonl” cannot be made; this version makes: parquet."),
        (("--redact", "mask"), "redact: “mask” cannot be made; this version makes: none."),
        (
            ("--target-style", "pretty"),
            "target_style: “pretty” is no style. Use auto, canonical, or parts such as order=",
        ),
    ],
)
def test_what_this_version_cannot_make_is_refused_in_one_line(
    arguments: tuple[str, ...], said: str, approve: Approve, tmp_path: Path
) -> None:
    approve(1)
    with pytest.raises(CommandError) as refusal:
        export(tmp_path / "out", *arguments)
    assert refusal.value.returncode == 1
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not Release.objects.exists()
    assert not (tmp_path / "out").exists()


def test_one_config_alone(approve: Approve, tmp_path: Path) -> None:
    approve(1)
    export(tmp_path / "out", "--config", "sft")
    assert [p.name for p in (tmp_path / "out/data").iterdir()] == ["sft"]


def test_a_folder_with_something_in_it_is_left_alone(approve: Approve, tmp_path: Path) -> None:
    approve(1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        export(tmp_path / "out")
    assert not Release.objects.exists()


def test_nothing_approved_is_said_and_uses_up_no_number(
    project: Project, approve: Approve, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="No page is approved yet") as refusal:
        export(tmp_path / "out")
    assert refusal.value.returncode == 1
    approve(1)
    assert export(tmp_path / "out")["release"] == 1


def test_what_had_come_in_is_split_and_measured_first(
    approve: Approve, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/p.png").write_bytes(make_image(99))
    (tmp_path / "in/p.txt").write_text("Certidão nº 99")
    call_command(
        "ingest", str(tmp_path / "in"), "--project", "acervo", "--recursive", "--ground-truth"
    )
    approve(1)
    assert export(tmp_path / "out")["rows"] == 2
    assert ReleaseItem.objects.filter(edits__isnull=False).count() == 1


def test_an_unknown_project_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no project “acervo”"):
        export(tmp_path / "out")


@pytest.mark.parametrize("name", ["aprovadora", "estranha"])
def test_who_may_not_export_is_refused(name: str, approve: Approve, tmp_path: Path) -> None:
    approve(1)
    with pytest.raises(CommandError):
        export(tmp_path / "out", "--as", name)
    assert not Release.objects.exists()


def test_a_manager_exports_under_their_own_name(approve: Approve, tmp_path: Path) -> None:
    approve(1)
    export(tmp_path / "out", "--as", "gerente", "--reason", "first training")
    release = Release.objects.get()
    assert (release.requested_by.username, release.reason) == ("gerente", "first training")


def test_a_failed_build_is_told_and_nothing_is_placed(approve: Approve, tmp_path: Path) -> None:
    page = approve(1)
    default_storage.delete(page.image.key)
    with pytest.raises(CommandError, match=r"Release 1 was not built: .*gone"):
        export(tmp_path / "out")
    assert not (tmp_path / "out").exists()
