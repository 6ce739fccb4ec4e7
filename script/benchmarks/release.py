"""Measure building a release beside bare pyarrow writing the same rows, in one run.

    script/bench-release                          10,000 pages of 100 kB
    script/bench-release --sizes 50000 --image-bytes 20000

Bare pyarrow is given the rows in memory: no database, no store, no sums, no compression. Both bring
their files to the disk. Peak memory is the process's own high-water mark during the first build of
a size; with several sizes in one run it counts what the run before left behind.
"""

import argparse
import hashlib
import itertools
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import __main__ as bench
from benchmarks import database, rows

IMAGES = 1000  # different images, used in turn: a hundred megabytes at 100 kB
BARE_ROWS = 100  # rows a group in the bare program
GENERATED_OF_APPROVED = 2.5  # rows.grow approves four of ten pages
ROUNDS = 3  # medians of pairs, so that the machine's mood meets both alike

DRESS = """
UPDATE annotations_page p SET image_id = b.id, image_sha256 = b.sha256
FROM (SELECT id, sha256, row_number() OVER (ORDER BY sha256) - 1 AS k FROM annotations_blob
      WHERE media_type = 'image/png') b
WHERE b.k = abs(hashtext(p.id::text)) %% %(images)s AND p.state = 'approved';
INSERT INTO annotations_predictionbody (prediction_id, raw, raw_cut)
SELECT a.id, (a.content - 'fields' - 'margin' - 'footer')::text, false FROM annotations_prediction a
JOIN annotations_page p ON p.current_prediction_id = a.id WHERE p.state = 'approved'
ON CONFLICT DO NOTHING;
INSERT INTO annotations_revisionfigures (revision_id, cer_edits, cer_length, cer_norm_edits,
  cer_norm_length, wer_edits, wer_length, dharma_score, edits_by_kind)
SELECT head_revision_id, 12, 900, 10, 890, 4, 150, 0.95, '{}' FROM annotations_page
WHERE state = 'approved' ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Run:
    """Seconds on the wall and of the CPU, and the highest memory in MiB."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def main() -> None:
    """Read the command line, measure each size, print one line each."""
    parser = argparse.ArgumentParser(
        "script/bench-release", None, __doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000", help="approved pages, ascending")
    parser.add_argument("--image-bytes", type=int, default=100_000)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with database.fresh() as url, tempfile.TemporaryDirectory() as folder:
        bench._setup(url)
        _measure(url, Path(folder), sizes, options.image_bytes)


def _measure(url: str, folder: Path, sizes: list[int], image_bytes: int) -> None:
    from django.test import override_settings

    from benchmarks import cast

    keys, have = cast.find_or_make(), 0
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    files |= {"OPTIONS": {"location": str(folder / "files")}}  # type: ignore[dict-item]
    print("| pages | release, pages/s | bare pyarrow, pages/s | ratio | CPU ratio | peak MiB |")
    print("|---:|---:|---:|---:|---:|---:|")
    with override_settings(DATA_DIR=folder, STORAGES={"default": files}):
        _images(keys.project, image_bytes)
        for size in sizes:
            want = int(size * GENERATED_OF_APPROVED) // 40 * 40
            rows.grow(url, keys, have=have, want=want)
            have = want
            with psycopg.connect(url) as connection:
                connection.execute("SET LOCAL session_replication_role = replica")
                for statement in DRESS.split(";"):
                    connection.execute(statement, {"images": IMAGES} if "%(" in statement else None)
            _compare(folder)


def _images(project: Any, image_bytes: int) -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from annotations.models import Blob

    for seed in range(IMAGES):
        stored = Random(seed).randbytes(image_bytes)
        sha256 = hashlib.sha256(stored).hexdigest()
        blob = Blob(project_id=project, sha256=sha256, size=len(stored), media_type="image/png")
        blob.save(force_insert=True)
        default_storage.save(blob.key, ContentFile(stored))


def _compare(folder: Path) -> None:
    from annotations.models import Project, User
    from exports.actions import read_options, request_release
    from exports.actions.assembly import assemble, place_of
    from exports.samples.plan import make_plan
    from exports.samples.rows import samples

    project, cli = Project.objects.get(slug="bench"), User.objects.system("cli")
    release = request_release(actor=cli, project=project, options=read_options())

    def ours() -> Run:
        run = _timed(lambda: assemble(release, advance=lambda _position: None))
        shutil.rmtree(place_of(release))
        return run

    first = ours()  # warms caches; its memory is measured before anything else is held
    plan = make_plan(release, writer="bench", style="canonical")
    known = list(
        samples(release, 0, min(release.rows, IMAGES) - 1, pseudonym_key=plan.pseudonym_key)
    )

    def bare() -> Run:
        return _timed(lambda: _bare(folder, itertools.islice(itertools.cycle(known), release.rows)))

    pairs = [(ours(), bare()) for _ in range(ROUNDS)]
    wall, cpu, bare_wall, bare_cpu = (
        median(figure)
        for figure in zip(*((a.wall_s, a.cpu_s, b.wall_s, b.cpu_s) for a, b in pairs), strict=True)
    )
    print(
        f"| {release.rows:,} | {release.rows / wall:,.0f} | {release.rows / bare_wall:,.0f}"
        f" | {bare_wall / wall:.0%} | {bare_cpu / cpu:.0%} | {first.peak_mib:,.0f} |",
        flush=True,
    )


def _timed(work: Callable[[], object]) -> Run:
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return Run(wall, cpu, peak / 1024)


def _bare(folder: Path, found: Iterable[Any]) -> None:
    """Write the rows of `raw` and `sft` as anybody would who has them in memory."""
    from exports.formats.columns import RAW_COLUMNS, SFT_COLUMNS, schema

    with (
        _writer(folder / "raw.parquet", schema(RAW_COLUMNS)) as raw,
        _writer(folder / "sft.parquet", schema(SFT_COLUMNS)) as sft,
    ):
        for batch in _batches(found):
            images = pa.StructArray.from_arrays(
                [pa.array([s.image for s in batch]), pa.array([s.image_name for s in batch])],
                names=["bytes", "path"],
            )
            columns = [
                images if name == "image" else [getattr(s, name) for s in batch]
                for name in raw.schema.names
            ]
            raw.write_table(pa.table(dict(zip(raw.schema.names, columns, strict=True)), raw.schema))
            messages = [[{"role": "user", "content": s.prompt or ""}] for s in batch]
            answers = [[{"role": "assistant", "content": s.assistant}] for s in batch]
            offsets = pa.array(range(len(batch) + 1), pa.int32())
            lists = pa.ListArray.from_arrays(offsets, images)
            columns = [lists, messages, answers, [s.id for s in batch]]
            sft.write_table(pa.table(dict(zip(sft.schema.names, columns, strict=True)), sft.schema))
    for name in ("raw", "sft"):
        with (folder / f"{name}.parquet").open("rb") as written:
            os.fsync(written.fileno())
        (folder / f"{name}.parquet").unlink()


def _writer(path: Path, shape: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, shape, compression="none", use_dictionary=False)


def _batches(found: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(found)
    while batch := list(itertools.islice(rest, BARE_ROWS)):
        yield batch


if __name__ == "__main__":
    sys.exit(main())
