"""How a snapshot is cut into shards, and what names its bytes."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from annotations.models import Blob, Page
from exports.models import Release, ReleaseItem

SHARD_BYTES = 256 * 2**20  # of images: what a kill costs at most, and a file that travels well
PLAN_ROWS = 5000  # rows read at once while planning; a few hundred bytes each

_ITEMS = f"""
  SELECT i.position, i.split, b.size, p.width * p.height,
    concat_ws(' ', i.page_id, i.revision_id, i.prediction_id, i.verdict_id, i.image_sha256, i.split)
  FROM {ReleaseItem._meta.db_table} i
  LEFT JOIN {Page._meta.db_table} p ON p.id = i.page_id
  LEFT JOIN {Blob._meta.db_table} b ON b.project_id = p.project_id AND b.sha256 = i.image_sha256
  WHERE i.release_id = %s AND i.position >= %s ORDER BY i.position LIMIT %s
"""  # noqa: S608 - table names of our own models


class PageGoneError(Exception):
    """A page of the snapshot, or its image, is no longer there."""


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """A stretch of positions, first to last, that becomes one file in every config."""

    split: str
    index: int
    first: int
    last: int
    of: int = 0

    @property
    def name(self) -> str:
        """Return the file name's stem as the Hub spells it."""
        return f"{self.split}-{self.index:05d}-of-{self.of:05d}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All shards of a release, the key of its pseudonyms, and the largest image in pixels.

    `fingerprint` names everything that decides the bytes. The key depends on items and options
    alone: two releases of the same pages are the same bytes, others cannot be joined by it.
    """

    shards: tuple[ShardPlan, ...]
    fingerprint: str
    pseudonym_key: bytes
    max_pixels: int


def make_plan(release: Release, *, writer: str, style: str) -> Plan:
    """Cut the release's items into shards. Raises `PageGoneError`."""
    identity = hashlib.sha256(json.dumps([release.options, style]).encode())
    shards: list[ShardPlan] = []
    size = max_pixels = 0
    for item in _items(release):
        identity.update(f"{item.identity}\n".encode())
        max_pixels = max(max_pixels, item.pixels)
        size += item.image_size
        last = shards[-1] if shards else None
        if last is not None and last.split == item.split and size <= SHARD_BYTES:
            shards[-1] = replace(last, last=item.position)
            continue
        index = last.index + 1 if last is not None and last.split == item.split else 0
        shards.append(ShardPlan(item.split, index, item.position, item.position))
        size = item.image_size
    key = salted_hmac("exports.reviewer", identity.digest(), algorithm="sha256").digest()
    of = {shard.split: shard.index + 1 for shard in shards}
    numbered = tuple(replace(shard, of=of[shard.split]) for shard in shards)
    decides = [writer, identity.hexdigest(), key.hex(), *(f"{s.name} {s.last}" for s in numbered)]
    fingerprint = hashlib.sha256("\n".join(decides).encode()).hexdigest()
    return Plan(numbered, fingerprint, key, max_pixels)


class _Item(NamedTuple):
    position: int
    split: str
    image_size: int
    pixels: int
    identity: str


def _items(release: Release) -> Iterator[_Item]:
    position = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ITEMS, [release.id, position, PLAN_ROWS])
            rows = cursor.fetchall()
        for row in rows:
            if row[2] is None:
                said = _("Page %(page)s or its image is gone. Cut a new release.")
                raise PageGoneError(said % {"page": str(row[-1]).partition(" ")[0]})
            yield _Item(*row)
        if len(rows) < PLAN_ROWS:
            return
        position = rows[-1][0] + 1
