"""Gold rows from a directory: our exports and the benchmark's own columns."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotations.content import PageContent
from exports.formats.gold import DatasetDirectory, DatasetRefusedError

GOLD = '{"text": "Vistos.", "header": "ESTADO DE ZZ"}'


def rows(*ids: str, **columns: Any) -> list[dict[str, Any]]:
    """Return rows with the benchmark's columns."""
    return [
        {
            "id": row_id,
            "image": {"bytes": row_id.encode(), "path": None},
            "assistant": GOLD,
            "assistant_without_json": "Vistos.\nESTADO DE ZZ",
            **columns,
        }
        for row_id in ids
    ]


def write(path: Path, values: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(values), path)
    return path


def test_the_benchmarks_own_columns_are_enough(tmp_path: Path) -> None:
    write(tmp_path / "data/test-00000-of-00001.parquet", rows("a", "b"))
    directory = DatasetDirectory(tmp_path)
    first, second = directory.rows()
    assert (first.id, first.gold.document, first.gold.kind, first.group) == ("a", "a", "", None)
    assert first.gold.content == PageContent(header="ESTADO DE ZZ", text="Vistos.")
    assert first.gold.published == GOLD
    assert first.keys == ("a", first.image_sha256)
    assert dict(directory.images({"b"})) == {"b": b"b"}
    assert second.image_sha256 != first.image_sha256
    assert directory.release_id is None


def test_a_split_is_told_by_the_name_of_its_file(tmp_path: Path) -> None:
    write(tmp_path / "data/raw/test-00000-of-00001.parquet", rows("a"))
    write(tmp_path / "data/raw/train-00000-of-00001.parquet", rows("b"))
    write(tmp_path / "data/sft/test-00000-of-00001.parquet", [{"id": "c"}])
    assert [row.id for row in DatasetDirectory(tmp_path).rows()] == ["a", "b"]
    assert [row.id for row in DatasetDirectory(tmp_path, "train").rows()] == ["b"]
    with pytest.raises(DatasetRefusedError, match="no Parquet file of the split dev"):
        DatasetDirectory(tmp_path, "dev")


def test_the_digest_names_ids_images_and_gold(tmp_path: Path) -> None:
    digests = set()
    for number, values in enumerate(
        [
            rows("a"),
            rows("b"),
            rows("a", image=b"x"),
            rows("a", assistant="{}"),
            rows("a", kind="k"),
        ]
    ):
        write(tmp_path / str(number) / "x.parquet", values)
        digests.add(DatasetDirectory(tmp_path / str(number)).rows_sha256)
    assert len(digests) == 4  # a kind does not change what is asked


def test_a_bare_image_and_a_blank_page(tmp_path: Path) -> None:
    write(tmp_path / "x.parquet", rows("a", image=b"bytes", assistant="{}"))
    directory = DatasetDirectory(tmp_path)
    assert directory.rows()[0].gold.content == PageContent()
    assert dict(directory.images({"a"})) == {"a": b"bytes"}


def test_a_manifest_tells_the_release(tmp_path: Path) -> None:
    write(tmp_path / "data/raw/test-00000-of-00001.parquet", rows("a"))
    (tmp_path / "manifest.json").write_text(json.dumps({"id": "r1"}))
    assert DatasetDirectory(tmp_path).release_id == "r1"
    (tmp_path / "manifest.json").write_text("[]")
    assert DatasetDirectory(tmp_path).release_id is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([{"id": "a", "assistant": GOLD}], "no column image"),
        (rows(""), "an id has 1 to 200 characters"),
        (rows("a\0"), "an id has 1 to 200 characters"),
        (rows("a", "a"), "two rows have the id 'a'"),
        (rows("a", assistant=None), "no text in the column assistant"),
        (rows("a", image={"bytes": None, "path": "p"}), "no bytes of an image"),
    ],
)
def test_rows_that_cannot_be_gold_are_refused(
    values: list[dict[str, Any]], said: str, tmp_path: Path
) -> None:
    write(tmp_path / "x.parquet", values)
    with pytest.raises(DatasetRefusedError, match=said):
        DatasetDirectory(tmp_path).rows()


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"not a table")
    with pytest.raises(DatasetRefusedError, match=r"x\.parquet is no Parquet file"):
        DatasetDirectory(tmp_path)
    with pytest.raises(DatasetRefusedError, match="is no directory: download the dataset"):
        DatasetDirectory(tmp_path / "org" / "name")
