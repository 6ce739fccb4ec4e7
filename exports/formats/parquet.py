"""Parquet shards with pyarrow alone: the same rows always give the same bytes.

A row group is closed by bytes, so memory stays flat however large the pages are. Images are stored
as they are (they are compressed already), everything else with zstd; no time, no host, no path of
this machine is written.
"""

import hashlib
import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from exports.formats.columns import RAW_COLUMNS, SFT_COLUMNS, TYPES, Column, leaves, schema
from exports.formats.target_style import TargetStyle
from exports.types import Message, Sample

ROW_GROUP_BYTES = 8 * 2**20  # of images and text: a reader's and our own unit of memory
ROW_GROUP_ROWS = 1000  # pages without much in them still give groups worth seeking to
ZSTD_LEVEL = 3
HASH_BYTES = 2**18  # read at once for the sum; stays in the processor's cache
# Named in the manifest: another version of the format or the library may write other bytes.
WRITER = f"ocrlab-parquet-1/pyarrow-{pa.__version__}"

# For pages whose engine takes no prompt; part of the dataset, so in the documents' language.
DEFAULT_PROMPT = (
    "Transcreva esta página exatamente como está, linha por linha. "
    "Responda com um objeto JSON com as chaves header, margin, footer e text."
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """One dataset configuration: its columns and how a sample becomes a row (None: it does not)."""

    name: str
    columns: tuple[Column, ...]
    row: Callable[[Sample], Row | None]


def raw_config() -> Config:
    """Return `raw`: everything known of a page."""
    names = [column.name for column in RAW_COLUMNS]

    def row(sample: Sample) -> Row:
        image = (sample.image, sample.image_name)
        return tuple(image if n == "image" else getattr(sample, n) for n in names)

    return Config("raw", RAW_COLUMNS, row)


def sft_config(style: TargetStyle) -> Config:
    """Return `sft`: image, prompt and completion as TRL's vision trainer reads them.

    Plain-string `content`: the trainer puts the image part into the first user turn itself. A page
    whose text holds what its image does not show teaches invention, so it gives no row.
    """

    def row(sample: Sample) -> Row | None:
        if not sample.trainable:
            return None
        prompt = Message("user", sample.prompt or DEFAULT_PROMPT)
        answer = Message("assistant", style.render(sample.zones))
        return ([(sample.image, sample.image_name)], [prompt], [answer], sample.id)

    return Config("sft", SFT_COLUMNS, row)


class FollowingHash:
    """The sha256 of a file that is being written, kept up with what is there already.

    Reading the fresh bytes back from the page cache costs half of passing them through Python.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._sha256 = hashlib.sha256()
        self._buffer = memoryview(bytearray(HASH_BYTES))
        self.size = 0

    def catch_up(self) -> None:
        """Hash everything written since the last time."""
        while count := self._file.readinto(self._buffer):
            self._sha256.update(self._buffer[:count])
            self.size += count

    def close(self) -> str:
        """Hash the rest, bring the file to the disk, and return the sha256."""
        self.catch_up()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._sha256.hexdigest()


@dataclass(frozen=True, slots=True)
class Shard:
    """A finished file: rows, bytes and sha256."""

    rows: int
    size: int
    sha256: str


class ShardWriter:
    """Write one Parquet file row by row; the file is complete only after the `with` block.

    A full row group is encoded, hashed and written by a thread of the writer's own while the next
    one gathers: at most two are in memory.
    """

    def __init__(self, path: Path, config: Config) -> None:
        self._config = config
        self._schema = schema(config.columns)
        self._file = pa.OSFile(str(path), "wb")
        self._hash = FollowingHash(path)
        self._sha256 = ""
        self._writer = pq.ParquetWriter(self._file, self._schema, **_options(config.columns))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"write-{config.name}")
        self._writing: Future[None] | None = None
        self._scratch = bytearray()
        self._pending: list[Row] = []
        self._pending_bytes = 0
        self.rows = 0

    def add(self, sample: Sample) -> None:
        """Take one sample; write a row group when enough bytes have gathered."""
        row = self._config.row(sample)
        if row is None:
            return
        self._pending.append(row)
        self._pending_bytes += len(sample.image) + len(sample.assistant) * 2
        self.rows += 1
        if self._pending_bytes >= ROW_GROUP_BYTES or len(self._pending) >= ROW_GROUP_ROWS:
            self._hand_over()

    def _hand_over(self) -> None:
        """Let the thread write what has gathered, once it has written what went before."""
        rows, self._pending, self._pending_bytes = self._pending, [], 0
        if self._writing is not None:
            self._writing.result()
        self._writing = self._thread.submit(self._write_group, rows) if rows else None

    def _write_group(self, rows: list[Row]) -> None:
        arrays = [
            _array(column, values, self._scratch)
            for column, values in zip(self._config.columns, zip(*rows, strict=True), strict=True)
        ]
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._hash.catch_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._hand_over()
                if self._writing is not None:
                    self._writing.result()
        finally:
            self._thread.shutdown()
            self._writer.close()
            self._file.close()
            self._sha256 = self._hash.close()

    def result(self) -> Shard:
        """Tell what was written; only after the `with` block."""
        return Shard(self.rows, self._hash.size, self._sha256)


def _options(columns: tuple[Column, ...]) -> dict[str, Any]:
    """Return writer options: all fixed, so that no library default decides a byte."""
    pictures = {name for c in columns if c.kind in {"image", "images"} for name in leaves(c)[:1]}
    every = [name for c in columns for name in leaves(c)]
    return {
        "version": "2.6",
        "data_page_version": "1.0",
        "compression": {name: "NONE" if name in pictures else "ZSTD" for name in every},
        "compression_level": {name: ZSTD_LEVEL for name in every if name not in pictures},
        "use_dictionary": [c.name for c in columns if c.repeats],
        "write_statistics": [c.name for c in columns if c.repeats or c.name == "id"],
        "store_schema": True,
    }


def _array(column: Column, values: Sequence[Any], scratch: bytearray) -> pa.Array:
    match column.kind:
        case "image":
            return _images(values, scratch)
        case "images":
            return _lists(values, _images([image for row in values for image in row], scratch))
        case "messages":
            turns = [message for row in values for message in row]
            roles = pa.array([message.role for message in turns], pa.string())
            contents = pa.array([message.content for message in turns], pa.string())
            return _lists(
                values, pa.StructArray.from_arrays([roles, contents], names=["role", "content"])
            )
    return pa.array(values, TYPES[column.kind])


def _images(values: Sequence[tuple[bytes, str]], scratch: bytearray) -> pa.StructArray:
    """Build the image column over `scratch`, which is free again when the table is written.

    A growing builder would copy twice, and fresh memory for each group costs as much again.
    """
    ends = list(itertools.accumulate((len(image) for image, _ in values), initial=0))
    scratch.extend(bytes(max(0, ends[-1] - len(scratch))))
    view = memoryview(scratch)
    for (image, _), start, end in zip(values, ends, ends[1:], strict=False):
        view[start:end] = image
    offsets = pa.array(ends, pa.int32()).buffers()[1]
    stored = pa.Array.from_buffers(
        pa.binary(), len(values), [None, offsets, pa.py_buffer(view[: ends[-1]])]
    )
    names = pa.array([name for _, name in values], pa.string())
    return pa.StructArray.from_arrays([stored, names], names=["bytes", "path"])


def _lists(rows: Sequence[Sequence[Any]], items: pa.Array) -> pa.ListArray:
    offsets = [0]
    for row in rows:
        offsets.append(offsets[-1] + len(row))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), items)
