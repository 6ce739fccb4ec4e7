"""From approved pages to a directory: what is in it, what is left out, the same bytes every time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from rows import make_open_page

from annotations.content import Span
from annotations.jobs import drain
from annotations.models import (
    Document,
    Event,
    Page,
    Project,
    RevisionFigures,
    User,
)
from annotations.states import SpanKind
from exports.actions import assembly, cancel_release, read_options, request_release
from exports.actions.assembly import place_of
from exports.formats import parquet
from exports.formats.directory import partial_folder, read_manifest
from exports.models import Release, ReleaseItem
from exports.samples import plan

Approve = Callable[..., Page]
Build = Callable[..., Release]


def rows_of(release: Release, config: str = "raw", split: str = "train") -> list[dict[str, Any]]:
    files = sorted((place_of(release) / "data" / config).glob(f"{split}-*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def data_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_release_holds_the_approved_text_and_where_it_comes_from(
    approve: Approve, release: Build, project: Project
) -> None:
    page = approve(1, kind="legal", metadata={"license": "CC0-1.0"})
    built = release()
    assert (built.state, built.rows, built.error) == ("ready", 1, None)
    row = rows_of(built)[0]
    with default_storage.open(page.image.key) as stored:
        assert row["image"]["bytes"] == stored.read()
    assert row["id"] == f"{page.document.sha256[:16]}-p1"
    assert row["assistant"] == (
        '{"header": "Cartório", "margin": "", "text": "Certidão lavrada em 3 de março."}'
    )
    assert row["assistant_without_json"] == "Cartório\nCertidão lavrada em 3 de março."
    assert row["prediction"] == '{"text": "Certidao lavrada em 3 de março."}'
    assert (row["engine"], row["based_on"]) == ("motor@1", "motor@1")
    assert row["cer"] == pytest.approx(10 / 40)  # the missing header with its line end, and one ã
    assert 0 < row["dharma_score"] < 1
    assert (row["approval"], row["verification"]) == ("person", "accepted")
    assert (row["kind"], row["license"], row["group"]) == ("legal", "CC0-1.0", "g1")
    assert row["guideline_version"] == 1
    assert row["approved_at"] is not None
    assert json.loads(row["fields"]) == {}
    assert "revisora" not in str(row)


def test_a_release_is_trained_on_in_the_engines_own_style(approve: Approve, release: Build) -> None:
    approve(1)
    styled, canonical = release(), release(target_style="canonical")
    assert rows_of(styled, "sft")[0]["completion"][0]["content"] == (
        '{"header": "Cartório", "text": "Certidão lavrada em 3 de março."}'
    )
    assert read_manifest(place_of(styled))["target_style"] == (
        "order=header,margin,footer,text;blank=drop;fence=none"
    )
    assert rows_of(canonical, "sft")[0]["completion"][0]["content"].count('"margin": ""') == 1


def test_pages_go_where_their_group_was_drawn(approve: Approve, release: Build) -> None:
    for seed, split in enumerate(["train", "test", "validation", "train"]):
        approve(seed, split=split)
    built = release()
    assert [len(rows_of(built, split=s)) for s in ("train", "validation", "test")] == [2, 1, 1]
    assert {row["split"] for row in rows_of(built, split="test")} == {"test"}


def test_every_page_left_out_is_counted_with_its_reason(
    approve: Approve, release: Build, project: Project
) -> None:
    approve(1)
    make_open_page(project, 2)
    excluded = make_open_page(project, 3)
    Page.objects.filter(id=excluded.id).update(state="excluded", state_before_exclusion="open")
    twin = approve(1, group_key="elsewhere", split="test", external_id="twin")
    unjudged = approve(4)
    unjudged.verdicts.all().delete()
    built = release()
    assert built.rows == 1
    assert built.left_out == {
        "not_approved": 1, "excluded": 1, "same_bytes": 1, "no_verdict": 1,
    }  # fmt: skip
    # The page approved last stands for both.
    assert ReleaseItem.objects.get(release=built).page_id == twin.id


def test_two_releases_of_the_same_pages_are_the_same_bytes(
    approve: Approve, release: Build
) -> None:
    for seed in range(5):
        approve(seed, split="test" if seed == 2 else "train")
    first, second = release(), release()
    assert (first.number, second.number) == (1, 2)
    assert first.sha256 == second.sha256
    assert data_of(place_of(first) / "data") == data_of(place_of(second) / "data")


def test_the_snapshot_is_what_was_approved_when_it_was_taken(
    approve: Approve, release: Build, project: Project, cast: dict[str, User]
) -> None:
    page = approve(1)
    first = release()
    asked = request_release(actor=cast["gerente"], project=project, options=read_options())
    Document.objects.filter(id=page.document_id).update(
        group_key="moved", kind="printed", metadata={"license": "other"}
    )
    Page.objects.filter(id=page.id).update(kind="handwritten")
    RevisionFigures.objects.update(cer_edits=1, cer_length=2)
    approve(2)
    drain("cpu")
    second = Release.objects.get(id=asked.id)
    assert (second.rows, second.sha256) == (1, first.sha256)


def test_a_build_killed_in_the_middle_ends_in_the_same_bytes(
    approve: Approve, release: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(6):
        approve(seed)
    monkeypatch.setattr(plan, "SHARD_BYTES", 1)
    whole = release()
    assert len(list((place_of(whole) / "data/raw").iterdir())) == 6

    calls = 0
    finish_shard = parquet.ShardWriter.result

    def dies(self: parquet.ShardWriter) -> parquet.Shard:
        nonlocal calls
        calls += 1
        if calls == 6:  # raw and sft of the third shard
            raise KeyboardInterrupt
        return finish_shard(self)

    monkeypatch.setattr(parquet.ShardWriter, "result", dies)
    with pytest.raises(KeyboardInterrupt):
        release()
    cut = Release.objects.newest_first()[0]
    assert cut.state == "building"
    assert not place_of(cut).exists()
    assert len(list((partial_folder(place_of(cut)) / "tree/data/raw").iterdir())) == 2
    drain("cpu")
    cut.refresh_from_db()
    assert calls == 6 + 8  # four shards more, two were kept
    assert (cut.state, cut.sha256) == ("ready", whole.sha256)
    assert data_of(place_of(cut) / "data") == data_of(place_of(whole) / "data")
    assert not partial_folder(place_of(cut)).exists()


def test_a_release_that_appeared_before_its_worker_died_is_made_ready(
    approve: Approve, release: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(1)
    digest = assembly.data_digest

    def dies(files: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(assembly, "data_digest", dies)
    with pytest.raises(KeyboardInterrupt):
        release()
    monkeypatch.setattr(assembly, "data_digest", digest)
    drain("cpu")
    built = Release.objects.get()
    assert (built.state, built.sha256) == ("ready", read_manifest(place_of(built))["sha256"])


def test_text_that_the_image_does_not_show_is_in_raw_alone(
    approve: Approve, release: Build
) -> None:
    approve(1, spans=(Span("text", 0, 8, SpanKind.RECONSTRUCTED),))
    approve(2)
    built = release()
    assert (len(rows_of(built)), len(rows_of(built, "sft"))) == (2, 1)
    assert "1 page(s) hold reconstructed text" in (place_of(built) / "README.md").read_text()


def test_a_blind_text_is_based_on_no_engine(approve: Approve, release: Build) -> None:
    approve(1, read_as=None)
    row = rows_of(release())[0]
    assert (row["based_on"], row["engine"], row["cer"], row["prediction"]) == (None,) * 4
    assert row["verification"] == "blind"


def test_an_image_that_is_gone_fails_the_release_with_its_reason(
    approve: Approve, release: Build, project: Project, cast: dict[str, User]
) -> None:
    page = approve(1)
    default_storage.delete(page.image.key)
    built = release()
    assert built.state == "failed"
    assert built.error is not None
    assert built.error["code"] == "page_gone"
    assert str(page.id) in built.error["detail"]
    assert not place_of(built).exists()
    assert not partial_folder(place_of(built)).exists()


def test_a_damaged_image_never_reaches_a_release(approve: Approve, release: Build) -> None:
    page = approve(1)
    Path(default_storage.path(page.image.key)).write_bytes(b"other bytes")
    built = release()
    assert built.error is not None
    assert "damaged" in built.error["detail"]


def test_a_cancelled_build_stops_and_leaves_nothing(
    approve: Approve, project: Project, cast: dict[str, User], monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    approve(1)
    asked = request_release(actor=cast["gerente"], project=project, options=read_options())
    shards = assembly._Assembly._write

    def cancel_meanwhile(self: Any, shard: plan.ShardPlan) -> Any:
        cancel_release(actor=cast["gerente"], release=asked)
        return shards(self, shard)

    monkeypatch.setattr(assembly._Assembly, "_write", cancel_meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        drain("cpu")
    asked.refresh_from_db()
    assert asked.state == "cancelled"
    assert not place_of(asked).exists()
    assert not partial_folder(place_of(asked)).exists()


def test_a_snapshot_cannot_be_changed(approve: Approve, release: Build) -> None:
    approve(1)
    release()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ReleaseItem.objects.update(split="test")


def test_a_snapshot_of_any_size_is_one_statement(
    approve: Approve, project: Project, cast: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    for seed in range(4):
        approve(seed)
    with django_assert_max_num_queries(11):
        request_release(actor=cast["gerente"], project=project, options=read_options())
    assert ReleaseItem.objects.count() == 4


def test_an_event_says_who_asked(approve: Approve, release: Build, cast: dict[str, User]) -> None:
    approve(1)
    built = release()
    event = Event.objects.get(noun="release", noun_id=str(built.id))
    assert (event.verb, event.actor, event.data) == (
        "release.requested",
        cast["gerente"],
        {"rows": 1},
    )
