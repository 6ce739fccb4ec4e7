"""A release directory that appears whole or not at all, and can be taken up again after a kill.

Beside the target stands `.<name>.partial/`: `tree/` (what will become the release), `ledger.jsonl`
(finished shards with their sha256) and a scratch folder for each attempt. Bytes do not depend on
who writes them, so two attempts at once can only bring the same files: the slower one finds its
folder gone and stops.
"""

import hashlib
import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from exports.formats.manifest import MANIFEST_NAME, FileEntry

COPY_BYTES = 2**20


class OutputTakenError(Exception):
    """The place where a release should appear holds something already."""


class ReleaseDamagedError(Exception):
    """A file of a release is not what its manifest says."""


@dataclass(frozen=True, slots=True)
class FinishedShard:
    """One stretch of rows, written in every config: its files and what was counted in it."""

    name: str
    files: tuple[FileEntry, ...]
    tally: dict[str, Any]


class PartialRelease:
    """Files gathered on the way to one release directory.

    `fingerprint` names everything that decides the bytes; finished shards of another are discarded.
    """

    def __init__(self, target: Path, fingerprint: str) -> None:
        self._target = target
        self._work = partial_folder(target)
        self._tree = self._work / "tree"
        self._ledger = self._work / "ledger.jsonl"
        self._scratch = self._work / f"scratch-{uuid.uuid4().hex}"
        self._fingerprint = fingerprint
        self.finished: dict[str, FinishedShard] = {}

    def take_up(self) -> None:
        """Begin, or go on from what an earlier attempt finished and what is still whole."""
        kept = self._kept_shards()
        if not kept:
            shutil.rmtree(self._work, ignore_errors=True)
        for stale in self._work.glob("scratch-*"):
            shutil.rmtree(stale, ignore_errors=True)
        self._tree.mkdir(parents=True, exist_ok=True)
        self._scratch.mkdir()
        self._write_ledger(kept)
        self.finished = {shard.name: shard for shard in kept}

    def scratch(self, path: str) -> Path:
        """Return where this attempt writes the file that will be `path` of the release."""
        return self._scratch / path.replace("/", "_")

    def keep(self, shard: FinishedShard) -> None:
        """Move a shard's written files into the tree and record them as finished."""
        for file in shard.files:
            place = self._tree / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            self.scratch(file.path).rename(place)
            _sync_folder(place.parent)
        with self._ledger.open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(asdict(shard)) + "\n")
            ledger.flush()
            os.fsync(ledger.fileno())
        self.finished[shard.name] = shard

    def add_text(self, name: str, text: str) -> FileEntry:
        """Write a text file at the release's root, to the disk."""
        place = self._tree / name
        with place.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        stored = text.encode()
        return FileEntry(name, None, len(stored), hashlib.sha256(stored).hexdigest())

    def appear(self) -> None:
        """Give the gathered tree its name: from here on the release is there, whole."""
        for folder in sorted(p for p in self._tree.rglob("*") if p.is_dir()):
            _sync_folder(folder)
        _sync_folder(self._tree)
        self._tree.rename(self._target)
        _sync_folder(self._target.parent)
        shutil.rmtree(self._work, ignore_errors=True)

    def _kept_shards(self) -> list[FinishedShard]:
        try:
            first, *rest = self._ledger.read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, ValueError):
            return []
        if first != self._fingerprint:
            return []
        return [shard for line in rest if (shard := _read_shard(line)) and self._is_whole(shard)]

    def _is_whole(self, shard: FinishedShard) -> bool:
        return all(_matches(self._tree / file.path, file) for file in shard.files)

    def _write_ledger(self, shards: list[FinishedShard]) -> None:
        lines = [self._fingerprint, *(json.dumps(asdict(shard)) for shard in shards)]
        fresh = self._scratch / "ledger"
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
        fresh.rename(self._ledger)


def partial_folder(target: Path) -> Path:
    """Return the folder beside `target` in which it is being made."""
    return target.with_name(f".{target.name}.partial")


def discard(target: Path) -> None:
    """Remove what a given-up build left beside `target`."""
    shutil.rmtree(partial_folder(target), ignore_errors=True)


def read_manifest(directory: Path) -> dict[str, Any]:
    """Return a release's manifest."""
    data: dict[str, Any] = json.loads((directory / MANIFEST_NAME).read_text(encoding="utf-8"))
    return data


def require_free(output: Path) -> None:
    """Raise `OutputTakenError` unless `output` is absent or an empty folder."""
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise OutputTakenError(f"{output} is not a folder; name one that does not exist yet.")
    if output.is_dir() and any(output.iterdir()):
        raise OutputTakenError(f"{output} is not empty; name a folder that does not exist yet.")


def place(release: Path, output: Path) -> None:
    """Copy a release to `output`, checking every sha256; it appears whole or not at all.

    Raises `OutputTakenError`, `ReleaseDamagedError`.
    """
    require_free(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    work = partial_folder(output)
    shutil.rmtree(work, ignore_errors=True)
    try:
        for entry in read_manifest(release)["files"]:
            _copy_checked(release / entry["path"], work / entry["path"], entry["sha256"])
        manifest = (release / MANIFEST_NAME).read_bytes()
        _copy_checked(
            release / MANIFEST_NAME, work / MANIFEST_NAME, hashlib.sha256(manifest).hexdigest()
        )
        work.rename(output)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _sync_folder(output.parent)


def _copy_checked(source: Path, copy: Path, sha256: str) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    seen = hashlib.sha256()
    with source.open("rb") as reader, copy.open("xb") as writer:
        while chunk := reader.read(COPY_BYTES):
            seen.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    if seen.hexdigest() != sha256:
        raise ReleaseDamagedError(f"{source} differs from its manifest; export a new release.")


def _matches(path: Path, entry: FileEntry) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == entry.sha256
    except FileNotFoundError:
        return False


def _read_shard(line: str) -> FinishedShard | None:
    """Read a ledger line; None when the kill came while it was being written."""
    try:
        data = json.loads(line)
        files = tuple(FileEntry(**file) for file in data["files"])
        return FinishedShard(data["name"], files, data["tally"])
    except (ValueError, KeyError, TypeError):
        return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
