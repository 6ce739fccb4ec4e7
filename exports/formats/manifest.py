"""`manifest.json`: what a release is made of, and the one digest that names its data."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

FORMAT = "ocrlab-release-1"
MANIFEST_NAME = "manifest.json"
CARD_NAME = "README.md"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a release: its path inside it, rows (null: no table), bytes and sha256."""

    path: str
    rows: int | None
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What the manifest and the card say of a release beside its rows.

    `max_pixels` bounds the image a trainer or server must let through unscaled; `left_out` counts
    pages by reason.
    """

    id: str
    project: str
    title: str
    language: str
    number: int
    created_at: datetime
    options: Mapping[str, object]
    target_style: str
    max_pixels: int
    left_out: Mapping[str, int]


def data_digest(files: Iterable[FileEntry]) -> str:
    """Return the sha256 over `<sha256>  <path>` lines of `data/**`, sorted by path.

    `cd DIR && find data -type f | LC_ALL=C sort | xargs sha256sum | sha256sum` gives the same.
    """
    lines = [f"{f.sha256}  {f.path}\n" for f in files if f.path.startswith("data/")]
    return hashlib.sha256("".join(sorted(lines, key=lambda s: s[66:])).encode()).hexdigest()


def split_rows(files: Iterable[FileEntry]) -> dict[str, dict[str, int]]:
    """Return rows by config and split, told by the files' names."""
    rows: dict[str, dict[str, int]] = {}
    for file in files:
        if file.rows is None:
            continue
        _, config, name = file.path.split("/")
        splits = rows.setdefault(config, {})
        split = name.partition("-")[0]
        splits[split] = splits.get(split, 0) + file.rows
    return rows


def manifest_json(facts: ReleaseFacts, files: list[FileEntry], writer: str) -> str:
    """Write the manifest; the same release always gives the same text."""
    data = {
        "format": FORMAT,
        "id": facts.id,
        "project": facts.project,
        "number": facts.number,
        "created_at": facts.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "options": dict(facts.options),
        "target_style": facts.target_style,
        "image_bounds": {"max_pixels": facts.max_pixels},
        "rows": split_rows(files),
        "left_out": dict(sorted(facts.left_out.items())),
        "writer": writer,
        "files": [asdict(file) for file in sorted(files, key=lambda f: f.path)],
        "sha256": data_digest(files),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
