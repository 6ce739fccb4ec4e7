"""Shards: canonical bytes, features that `datasets` sees, flat memory."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sample_rows import SAMPLE

from exports.formats import parquet
from exports.formats.columns import RAW_COLUMNS
from exports.formats.parquet import ShardWriter, raw_config, sft_config
from exports.formats.target_style import CANONICAL
from exports.types import Sample

COLUMNS_OF_RAW = (
    "id image header margin footer text assistant assistant_without_json fields spans document_id "
    "page_number group split kind engine model_id model_revision prompt prediction based_on cer "
    "dharma_score truncated tail_repetition stopped_by_guard degenerate approval verification "
    "guideline_version reviewer approved_at license"
)


def write(path: Path, samples: list[Sample], config: parquet.Config) -> parquet.Shard:
    with ShardWriter(path, config) as writer:
        for sample in samples:
            writer.add(sample)
    return writer.result()


def test_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    samples = [replace(SAMPLE, id=f"{n:016x}-p1") for n in range(50)]
    for config in (raw_config(), sft_config(CANONICAL)):
        first = write(tmp_path / f"{config.name}-a", samples, config)
        second = write(tmp_path / f"{config.name}-b", samples, config)
        stored = (tmp_path / f"{config.name}-a").read_bytes()
        assert first == second
        assert first.sha256 == hashlib.sha256(stored).hexdigest()
        assert first.size == len(stored)
        assert stored == (tmp_path / f"{config.name}-b").read_bytes()


def test_raw_holds_every_column_in_order(tmp_path: Path) -> None:
    write(tmp_path / "raw", [SAMPLE], raw_config())
    row = pq.read_table(tmp_path / "raw").to_pylist()[0]
    assert list(row) == [column.name for column in RAW_COLUMNS]
    assert " ".join(row) == COLUMNS_OF_RAW
    assert row.pop("image") == {"bytes": SAMPLE.image, "path": SAMPLE.image_name}
    assert row == {name: getattr(SAMPLE, name) for name in row}


def test_sft_has_the_shape_that_trl_reads(tmp_path: Path) -> None:
    write(tmp_path / "sft", [SAMPLE], sft_config(CANONICAL))
    assert pq.read_table(tmp_path / "sft").to_pylist() == [
        {
            "images": [{"bytes": SAMPLE.image, "path": SAMPLE.image_name}],
            "prompt": [{"role": "user", "content": parquet.DEFAULT_PROMPT}],
            "completion": [
                {
                    "role": "assistant",
                    "content": '{"header": "Cabeçalho", "margin": "", "text": "Ação\\nnº 1"}',
                }
            ],
            "id": SAMPLE.id,
        }
    ]


def test_text_that_the_image_does_not_show_trains_nobody(tmp_path: Path) -> None:
    config = sft_config(CANONICAL)
    shard = write(tmp_path / "sft", [SAMPLE, replace(SAMPLE, trainable=False)], config)
    assert shard.rows == 1


def test_row_groups_close_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP_BYTES", 1000)
    write(tmp_path / "raw", [replace(SAMPLE, image=b"x" * 600)] * 4, raw_config())
    written = pq.ParquetFile(tmp_path / "raw").metadata
    assert [written.row_group(n).num_rows for n in range(written.num_row_groups)] == [2, 2]


def test_images_are_stored_as_they_are(tmp_path: Path) -> None:
    write(tmp_path / "raw", [SAMPLE], raw_config())
    group = pq.ParquetFile(tmp_path / "raw").metadata.row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    assert columns["image.bytes"].compression == "UNCOMPRESSED"
    assert columns["image.bytes"].statistics is None
    assert columns["text"].compression == "ZSTD"


def test_no_place_or_time_of_this_machine_is_written(tmp_path: Path) -> None:
    write(tmp_path / "raw", [SAMPLE], raw_config())
    stored = (tmp_path / "raw").read_bytes()
    assert str(tmp_path).encode() not in stored
    assert set(pq.ParquetFile(tmp_path / "raw").schema_arrow.metadata) == {b"huggingface"}


WRITE_MANY = """
import sys
from dataclasses import replace
from pathlib import Path
from exports.formats.parquet import ShardWriter, raw_config, sft_config
from exports.formats.target_style import CANONICAL
from sample_rows import SAMPLE
folder, count = Path(sys.argv[1]), int(sys.argv[2])
with ShardWriter(folder / "raw", raw_config()) as raw, ShardWriter(folder / "sft", sft_config(CANONICAL)) as sft:
    for number in range(count):
        sample = replace(SAMPLE, image=number.to_bytes(4, "big") * 25_000)
        raw.add(sample)
        sft.add(sample)
# Not getrusage: its peak is inherited from the process that started this one.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def peak_mib(folder: Path, count: int) -> int:
    """Write `count` rows of 100 kB in a fresh process; return its highest memory."""
    folder.mkdir()
    places = [str(Path(__file__).parents[3]), str(Path(__file__).parent)]
    done = subprocess.run(
        [sys.executable, "-c", WRITE_MANY, str(folder), str(count)],
        env={"PYTHONPATH": ":".join(places)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of a process from /proc")
@pytest.mark.alone
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    few, many = peak_mib(tmp_path / "few", 500), peak_mib(tmp_path / "many", 3000)
    assert many < few + 60  # MiB; the rows themselves are 250 MB more
    assert many < 400
