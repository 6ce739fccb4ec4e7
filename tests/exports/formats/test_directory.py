"""A release directory: whole or absent, taken up again, copied with its sums checked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_rows import SAMPLE

from exports.formats import directory
from exports.formats.card import card
from exports.formats.directory import (
    FinishedShard,
    OutputTakenError,
    PartialRelease,
    ReleaseDamagedError,
)
from exports.formats.manifest import (
    CARD_NAME,
    MANIFEST_NAME,
    FileEntry,
    ReleaseFacts,
    data_digest,
    manifest_json,
)
from exports.formats.parquet import Config, ShardWriter, raw_config, sft_config
from exports.formats.tally import Tally
from exports.formats.target_style import CANONICAL

FACTS = ReleaseFacts(
    id="0", project="autos", title="Autos de 1902", language="pt-BR", number=7,
    created_at=datetime(2026, 11, 20, 12, tzinfo=UTC), options={"configs": ["raw", "sft"]},
    target_style=str(CANONICAL), max_pixels=8_699_844, left_out={"not_approved": 3},
)  # fmt: skip
CONFIGS = (raw_config(), sft_config(CANONICAL))


def shard(
    partial: PartialRelease, name: str, configs: tuple[Config, ...] = CONFIGS
) -> FinishedShard:
    tally = Tally()
    tally.add(SAMPLE)
    files = []
    for config in configs:
        path = f"data/{config.name}/{name}.parquet"
        with ShardWriter(partial.scratch(path), config) as writer:
            writer.add(SAMPLE)
        written = writer.result()
        files.append(FileEntry(path, written.rows, written.size, written.sha256))
    return FinishedShard(name, tuple(files), tally.to_json())


def build(target: Path, fingerprint: str = "a") -> PartialRelease:
    partial = PartialRelease(target, fingerprint)
    partial.take_up()
    for name in ("train-00000-of-00002", "train-00001-of-00002"):
        if name not in partial.finished:
            partial.keep(shard(partial, name))
    tally = Tally()
    for done in partial.finished.values():
        tally.merge(Tally.from_json(done.tally))
    files = [file for done in partial.finished.values() for file in done.files]
    files.append(partial.add_text(CARD_NAME, card(FACTS, files, tally)))
    partial.add_text(MANIFEST_NAME, manifest_json(FACTS, files, "test"))
    partial.appear()
    return partial


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_nothing_stands_at_the_target_before_all_of_it_does(tmp_path: Path) -> None:
    target = tmp_path / "7"
    partial = PartialRelease(target, "a")
    partial.take_up()
    partial.keep(shard(partial, "train-00000-of-00002"))
    assert not target.exists()
    build(target)
    assert {p.name for p in tmp_path.iterdir()} == {"7", "var"}
    assert set(contents(target)) == {
        "README.md", "manifest.json", "data/raw/train-00000-of-00002.parquet",
        "data/raw/train-00001-of-00002.parquet", "data/sft/train-00000-of-00002.parquet",
        "data/sft/train-00001-of-00002.parquet",
    }  # fmt: skip


def test_a_build_taken_up_again_keeps_finished_shards_and_gives_the_same_bytes(
    tmp_path: Path,
) -> None:
    build(tmp_path / "whole")
    cut = tmp_path / "cut"
    first = PartialRelease(cut, "a")
    first.take_up()
    first.keep(shard(first, "train-00000-of-00002"))
    first.scratch("data/raw/half").write_bytes(b"half a shard")
    with (directory.partial_folder(cut) / "ledger.jsonl").open("a") as ledger:
        ledger.write('{"name": "train-00001-of')  # the kill came here
    kept = directory.partial_folder(cut) / "tree/data/raw/train-00000-of-00002.parquet"
    written_at = kept.stat().st_mtime_ns
    again = PartialRelease(cut, "a")
    again.take_up()
    assert list(again.finished) == ["train-00000-of-00002"]
    assert kept.stat().st_mtime_ns == written_at
    build(cut)
    assert contents(cut) == contents(tmp_path / "whole")


def test_a_damaged_shard_is_written_again(tmp_path: Path) -> None:
    target = tmp_path / "7"
    partial = PartialRelease(target, "a")
    partial.take_up()
    partial.keep(shard(partial, "train-00000-of-00002"))
    path = directory.partial_folder(target) / "tree/data/sft/train-00000-of-00002.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    again = PartialRelease(target, "a")
    again.take_up()
    assert again.finished == {}


def test_shards_of_other_items_or_options_are_discarded(tmp_path: Path) -> None:
    target = tmp_path / "7"
    partial = PartialRelease(target, "a")
    partial.take_up()
    partial.keep(shard(partial, "train-00000-of-00002"))
    other = PartialRelease(target, "b")
    other.take_up()
    assert other.finished == {}
    assert not any(p.is_file() for p in (directory.partial_folder(target) / "tree").rglob("*"))


def test_a_slower_second_attempt_leaves_no_trace_in_the_release(tmp_path: Path) -> None:
    target = tmp_path / "7"
    slow = PartialRelease(target, "a")
    slow.take_up()
    late = shard(slow, "train-00001-of-00002")
    build(target)
    before = contents(target)
    with pytest.raises(FileNotFoundError):
        slow.keep(late)
    assert contents(target) == before


def test_the_manifest_names_every_file_and_one_digest(tmp_path: Path) -> None:
    build(tmp_path / "7")
    manifest = directory.read_manifest(tmp_path / "7")
    named = {entry["path"] for entry in manifest["files"]} | {MANIFEST_NAME}
    assert named == set(contents(tmp_path / "7"))
    entries = [FileEntry(**entry) for entry in manifest["files"]]
    assert manifest["sha256"] == data_digest(entries)
    assert manifest["sha256"] == data_digest(reversed(entries))
    assert manifest["rows"] == {"raw": {"train": 2}, "sft": {"train": 2}}
    assert manifest["created_at"] == "2026-11-20T12:00:00Z"
    assert manifest["image_bounds"] == {"max_pixels": 8_699_844}
    assert manifest["left_out"] == {"not_approved": 3}


def test_a_copy_is_checked_and_appears_whole(tmp_path: Path) -> None:
    build(tmp_path / "7")
    (tmp_path / "out").mkdir()
    directory.place(tmp_path / "7", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "7")
    with pytest.raises(OutputTakenError, match="not empty"):
        directory.place(tmp_path / "7", tmp_path / "out")
    (tmp_path / "7/data/raw/train-00000-of-00002.parquet").write_bytes(b"other")
    with pytest.raises(ReleaseDamagedError):
        directory.place(tmp_path / "7", tmp_path / "copy")
    assert {p.name for p in tmp_path.iterdir()} == {"7", "out", "var"}


def test_a_file_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputTakenError, match="not a folder"):
        directory.require_free(tmp_path / "file")


def test_datasets_loads_both_configs_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    build(tmp_path / "7")
    from datasets import Image, List, load_dataset

    raw = load_dataset(str(tmp_path / "7"), "raw", cache_dir=str(tmp_path / "cache"))["train"]
    assert isinstance(raw.features["image"], Image)
    images = raw.cast_column("image", Image(decode=False))["image"]
    assert [image["bytes"] for image in images] == [SAMPLE.image] * 2
    sft = load_dataset(str(tmp_path / "7"), "sft", cache_dir=str(tmp_path / "cache"))["train"]
    assert isinstance(sft.features["images"], List)
    stored = sft.cast_column("images", List(Image(decode=False)))[0]["images"]
    assert stored == [{"bytes": SAMPLE.image, "path": SAMPLE.image_name}]


def test_the_card_has_the_hubs_metadata_and_says_what_was_not_done(tmp_path: Path) -> None:
    build(tmp_path / "7")
    text = (tmp_path / "7/README.md").read_text()
    from huggingface_hub import DatasetCard

    data = DatasetCard(text).data.to_dict()
    assert data["language"] == ["pt"]
    assert data["license"] == "other"
    assert data["size_categories"] == ["n<1K"]
    assert data["configs"] == [
        {"config_name": name, "data_files": [{"split": "train", "path": f"data/{name}/train-*"}]}
        for name in ("raw", "sft")
    ]
    assert "2 scanned pages with their approved transcription (printed 2)" in text
    assert "Personal data was neither searched for nor hidden" in text
    assert "Not measured" in text
    assert "3 page(s) not approved" in text


def test_a_tally_survives_its_ledger_line() -> None:
    tally = Tally()
    tally.add(SAMPLE)
    again = Tally.from_json(json.loads(json.dumps(tally.to_json())))
    assert again == tally
    again.merge(tally)
    assert (again.rows, again.engines["tesseract@1"]) == (2, 2)
