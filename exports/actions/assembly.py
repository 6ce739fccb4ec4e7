"""From a snapshot to a directory.

Finished shards are kept, so a build that lost its worker is taken up again where it stood; the
bytes depend on the snapshot and the options alone, so it ends in the same digest.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from django.conf import settings

from exports.formats.card import card
from exports.formats.directory import FinishedShard, PartialRelease, read_manifest
from exports.formats.manifest import (
    CARD_NAME,
    MANIFEST_NAME,
    FileEntry,
    ReleaseFacts,
    data_digest,
    manifest_json,
)
from exports.formats.parquet import WRITER, ShardWriter, raw_config, sft_config
from exports.formats.tally import Tally
from exports.formats.target_style import (
    ANSWERS_LOOKED_AT,
    CANONICAL,
    TargetStyle,
    majority_style,
    parse_style,
)
from exports.models import Release
from exports.samples.plan import ShardPlan, make_plan
from exports.samples.rows import raw_answers, samples

RELEASES: Final = "releases"

Advance = Callable[[int], None]


class ReleasePlaceTakenError(Exception):
    """Another release stands where this one should appear."""


def directory_of(release: Release) -> str:
    """Return a release's directory, relative to the folder of all releases."""
    return f"{release.project_id}/{release.number}"


def place_of(release: Release) -> Path:
    """Return the folder in which a release stands once it is ready."""
    return Path(settings.DATA_DIR) / RELEASES / directory_of(release)


def assemble(release: Release, *, advance: Advance) -> str:
    """Let the release's directory appear; return the digest of its data.

    `advance(position)` is called with each row. Raises what it raises, `PageGoneError`, and
    `ReleasePlaceTakenError`.
    """
    target = place_of(release)
    if target.exists():
        return _already_there(release, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    return _Assembly(release, target, advance).run()


class _Assembly:
    """One attempt at one release."""

    def __init__(self, release: Release, target: Path, advance: Advance) -> None:
        self._release, self._advance = release, advance
        self._style = _style(release)
        self._plan = make_plan(release, writer=WRITER, style=str(self._style))
        known = {"raw": raw_config(), "sft": sft_config(self._style)}
        self._configs = [known[name] for name in release.configs]
        self._partial = PartialRelease(target, self._plan.fingerprint)

    def run(self) -> str:
        self._partial.take_up()
        for shard in self._plan.shards:
            if shard.name not in self._partial.finished:
                self._partial.keep(self._write(shard))
            self._advance(shard.last + 1)
        return self._complete()

    def _write(self, shard: ShardPlan) -> FinishedShard:
        """Write one stretch of rows in every config at once: each image is read once."""
        tally = Tally()
        paths = [f"data/{config.name}/{shard.name}.parquet" for config in self._configs]
        key = self._plan.pseudonym_key
        with ExitStack() as stack:
            writers = [
                stack.enter_context(ShardWriter(self._partial.scratch(path), config))
                for path, config in zip(paths, self._configs, strict=True)
            ]
            rows = samples(self._release, shard.first, shard.last, pseudonym_key=key)
            for position, sample in enumerate(rows, shard.first):
                self._advance(position)
                for writer in writers:
                    writer.add(sample)
                tally.add(sample)
        written = [writer.result() for writer in writers]
        files = tuple(
            FileEntry(path, result.rows, result.size, result.sha256)
            for path, result in zip(paths, written, strict=True)
        )
        return FinishedShard(shard.name, files, tally.to_json())

    def _complete(self) -> str:
        """Write card and manifest, and give the directory its name."""
        shards = [self._partial.finished[shard.name] for shard in self._plan.shards]
        files = [file for shard in shards for file in shard.files]
        tally = Tally()
        for shard in shards:
            tally.merge(Tally.from_json(shard.tally))
        facts = self._facts()
        files.append(self._partial.add_text(CARD_NAME, card(facts, files, tally)))
        self._partial.add_text(MANIFEST_NAME, manifest_json(facts, files, WRITER))
        self._partial.appear()
        return data_digest(files)

    def _facts(self) -> ReleaseFacts:
        release, project = self._release, self._release.project
        return ReleaseFacts(
            id=str(release.id),
            project=project.slug,
            title=project.name,
            language=project.language,
            number=release.number,
            created_at=release.created_at,
            options=release.options,
            target_style=str(self._style),
            max_pixels=self._plan.max_pixels,
            left_out=release.left_out,
        )


def _style(release: Release) -> TargetStyle:
    asked = str(release.options["target_style"])
    if asked != "auto":
        return parse_style(asked)
    return majority_style(raw_answers(release, ANSWERS_LOOKED_AT)) or CANONICAL


def _already_there(release: Release, target: Path) -> str:
    """Return the digest of a release that appeared before its worker could say so."""
    manifest = read_manifest(target)
    if manifest["id"] != str(release.id):
        raise ReleasePlaceTakenError(f"{target} holds another release; move it away.")
    return str(manifest["sha256"])
