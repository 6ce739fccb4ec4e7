"""A photograph's place, device and time stay with its sender: no release holds them."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from PIL import Image

from annotations.jobs import drain
from annotations.models import Project
from exports.actions.assembly import place_of
from exports.models import Release

GPS_IFD = 0x8825


@pytest.mark.django_db
def test_no_trace_of_where_a_picture_was_taken_is_in_a_release(
    project: Project, release: Callable[..., Release], shared: Path, tmp_path: Path
) -> None:
    photograph = tmp_path / "in" / "foto.jpg"
    photograph.parent.mkdir()
    shutil.copyfile(shared / "data" / "odd" / "pillow-exif_gps.jpg", photograph)
    photograph.with_suffix(".txt").write_text("Certidão")
    with Image.open(photograph) as taken:
        assert taken.getexif().get_ifd(GPS_IFD), "the file must say where it was taken"
        told = taken.info["exif"]
    call_command("ingest", "--project", "acervo", "--ground-truth", str(photograph.parent))
    drain("cpu")
    built = release()
    assert (built.state, built.rows) == ("ready", 1)

    files = [path for path in place_of(built).rglob("*") if path.is_file()]
    images = [image for path in files if path.suffix == ".parquet" for image in images_of(path)]
    assert len(images) == 2  # of `raw` and of `sft`
    for data in images:
        with Image.open(io.BytesIO(data)) as kept:
            assert not kept.getexif()
    traces = [b"Exif", *(told[at : at + 12] for at in range(6, len(told) - 12, 12))]
    for data in [*images, *(path.read_bytes() for path in files)]:
        assert not [trace for trace in traces if trace.strip(b"\0") and trace in data]


def images_of(path: Path) -> list[bytes]:
    table = pq.read_table(path).to_pylist()
    rows = [[row["image"]] if "image" in row else row["images"] for row in table]
    return [image["bytes"] for row in rows for image in row]
