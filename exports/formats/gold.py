"""Gold rows from a dataset directory: one of our exports, or the benchmark's own columns."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from annotations.quality.evaluate import GoldPage, read_content
from exports.formats.manifest import MANIFEST_NAME
from exports.types import ROW_ID_LENGTH, GoldRow

ROWS_AT_ONCE: Final = 8  # with their images: a page has up to tens of megabytes
IMAGE: Final = "image"
NEEDED: Final = ("id", IMAGE, "assistant")
# What an export tells beside, and the benchmark does not.
TOLD: Final = ("document_id", "group", "kind", "based_on")


class DatasetRefusedError(Exception):
    """Say why a directory cannot be read as gold rows, for the person who named it."""


class DatasetDirectory:
    """A directory of Parquet files, read by pyarrow alone; `split` "" means all rows."""

    def __init__(self, directory: Path, split: str = "") -> None:
        """Find the files. Raises `DatasetRefusedError`."""
        if not directory.is_dir():
            raise DatasetRefusedError(
                f"{directory} is no directory: download the dataset and name its folder."
            )
        raw = sorted(directory.glob("data/raw/*.parquet"))
        found = raw or sorted(directory.rglob("*.parquet"))
        self._files = [path for path in found if not split or _split_of(path) == split]
        if not self._files:
            what = f"of the split {split}" if split else "with rows"
            raise DatasetRefusedError(f"{directory} holds no Parquet file {what}.")
        for path in self._files:
            _require_columns(path)
        self._directory = directory
        self._rows: list[GoldRow] | None = None

    @property
    def release_id(self) -> str | None:
        """Return the id of the release that this is a copy of, None for any other dataset."""
        try:
            manifest = json.loads((self._directory / MANIFEST_NAME).read_bytes())
            return str(manifest["id"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def rows_sha256(self) -> str:
        """Return the sha256 over ids, image digests and gold of the rows, in order."""
        digest = hashlib.sha256()
        for row in self.rows():
            gold = hashlib.sha256(row.gold.published.encode(errors="surrogatepass"))
            digest.update(f"{row.id} {row.image_sha256} {gold.hexdigest()}\n".encode())
        return digest.hexdigest()

    def rows(self) -> list[GoldRow]:
        """Return all rows in the order of files and rows. Raises `DatasetRefusedError`."""
        if self._rows is None:
            self._rows = [_row(values) for values in self._read((*NEEDED, *TOLD))]
            seen: set[str] = set()
            for row in self._rows:
                if row.id in seen:
                    raise DatasetRefusedError(f"two rows have the id {row.id!r:.60}.")
                seen.add(row.id)
        return self._rows

    def images(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield id and image of the rows that are wanted, a few in memory at a time."""
        for values in self._read(("id", IMAGE)):
            if str(values["id"]) in wanted:
                yield str(values["id"]), _image(values)

    def _read(self, columns: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
        for path in self._files:
            try:
                with pq.ParquetFile(path) as file:
                    known = [name for name in columns if name in file.schema_arrow.names]
                    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=known):
                        yield from batch.to_pylist()
            except (OSError, pa.ArrowException) as error:
                raise DatasetRefusedError(f"{path.name} cannot be read: {error!s:.200}") from None


def _split_of(path: Path) -> str:
    """Return the split by the file's name, as the Hub spells it: `test-00000-of-00001`."""
    return path.stem.partition("-")[0]


def _require_columns(path: Path) -> None:
    try:
        names = pq.read_schema(path).names
    except (OSError, pa.ArrowException):
        raise DatasetRefusedError(f"{path.name} is no Parquet file.") from None
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise DatasetRefusedError(
            f"{path.name} has no column {missing[0]}: gold rows have {', '.join(NEEDED)}, as the"
            " config raw of an export."
        )


def _row(values: Mapping[str, Any]) -> GoldRow:
    row_id, published = str(values["id"]), values["assistant"]
    if not row_id.isprintable() or not 0 < len(row_id) <= ROW_ID_LENGTH:
        raise DatasetRefusedError(f"an id has 1 to {ROW_ID_LENGTH} characters, not {row_id!r:.60}.")
    if not isinstance(published, str):
        raise DatasetRefusedError(f"the row {row_id!r:.60} has no text in the column assistant.")
    digest = hashlib.sha256(_image(values)).hexdigest()
    gold = GoldPage(
        document=str(values.get("document_id") or row_id),
        kind=str(values.get("kind") or ""),
        based_on=str(values.get("based_on") or ""),
        content=read_content(published),
        published=published,
    )
    group = values.get("group")
    return GoldRow(row_id, digest, gold, (row_id, digest), None if group is None else str(group))


def _image(values: Mapping[str, Any]) -> bytes:
    """Return the encoded image of a row, whether the column holds it bare or with its path."""
    found = values[IMAGE]
    data = found.get("bytes") if isinstance(found, Mapping) else found
    if not isinstance(data, bytes):
        raise DatasetRefusedError(f"the row {values['id']!r:.60} has no bytes of an image.")
    return data
