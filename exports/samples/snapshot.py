"""What a release would hold and leave out, and the one statement that takes the snapshot."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q

from annotations.models import (
    Document,
    Page,
    Project,
    Revision,
    RevisionFigures,
    SplitAssignment,
    Verdict,
)
from exports.models import Release, ReleaseItem
from exports.models.release import LICENSE_LENGTH

ROWS: Final = "rows"

# Approved pages with the reason that keeps each out, if any. The same bytes under two external ids
# would be one row id in two splits: the page approved last stands for both.
_JUDGED = f"""
approved AS (
  SELECT p.id AS page_id, r.id AS revision_id, r.base_prediction_id,
    COALESCE(p.current_prediction_id, r.base_prediction_id) AS prediction_id,
    v.id AS verdict_id, v.created_at AS approved_at, p.image_sha256, d.sha256, p.number, s.split,
    d.group_key, p.kind, left(COALESCE(d.metadata->>'license', ''), {LICENSE_LENGTH}) AS license,
    NOT r.spans @> '[{{"kind": "reconstructed"}}]' AS trainable
  FROM {Page._meta.db_table} p
  JOIN {Revision._meta.db_table} r ON r.id = p.head_revision_id
  JOIN {Document._meta.db_table} d ON d.id = p.document_id
  LEFT JOIN {SplitAssignment._meta.db_table} s
    ON s.project_id = p.project_id AND s.group_key = d.group_key
  LEFT JOIN LATERAL (
    SELECT id, created_at FROM {Verdict._meta.db_table}
    WHERE revision_id = r.id AND decision = 'approve' ORDER BY created_at DESC, id DESC LIMIT 1
  ) v ON true
  WHERE p.project_id = %(project)s AND p.state = 'approved'
),
judged AS (
  SELECT *, CASE
    WHEN verdict_id IS NULL THEN 'no_verdict'
    WHEN split IS NULL THEN 'no_split'
    WHEN row_number() OVER (
      PARTITION BY sha256, number ORDER BY verdict_id IS NULL, approved_at DESC, page_id
    ) > 1 THEN 'same_bytes'
  END AS reason FROM approved
)"""  # noqa: S608 - table names of our own models

_LEFT_OUT = f"""
  SELECT reason, count(*) FROM judged WHERE reason IS NOT NULL GROUP BY reason
  UNION ALL
  SELECT CASE state WHEN 'excluded' THEN 'excluded' ELSE 'not_approved' END, count(*)
  FROM {Page._meta.db_table} WHERE project_id = %(project)s AND state <> 'approved' GROUP BY 1
"""  # noqa: S608

_PREVIEW = f"""
WITH {_JUDGED}
  SELECT split, count(*), count(*) FILTER (WHERE trainable) FROM judged
  WHERE reason IS NULL GROUP BY split
"""  # noqa: S608

_KEPT_OUT = f"WITH {_JUDGED} {_LEFT_OUT}"

_SNAPSHOT = f"""
WITH {_JUDGED}, kept AS (
  INSERT INTO {ReleaseItem._meta.db_table} (
    release_id, position, page_id, revision_id, prediction_id, verdict_id, image_sha256, split,
    group_key, kind, license, approved_on, trainable, edits, length, dharma_score)
  SELECT %(release)s, row_number() OVER (
      ORDER BY array_position(ARRAY['train', 'validation', 'test'], j.split::text), sha256, number
    ) - 1,
    page_id, j.revision_id, prediction_id, verdict_id, image_sha256, split,
    group_key, kind, license, (approved_at AT TIME ZONE %(time_zone)s)::date, trainable,
    f.cer_edits, f.cer_length, f.dharma_score
  FROM judged j
  LEFT JOIN {RevisionFigures._meta.db_table} f
    ON f.revision_id = j.revision_id AND j.base_prediction_id = j.prediction_id
  WHERE reason IS NULL RETURNING 1
)
  SELECT 'rows', count(*) FROM kept UNION ALL {_LEFT_OUT}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Contents:
    """Pages of a release by split, those of them that can be trained on, and those left out."""

    rows: dict[str, int]
    trainable: dict[str, int]
    left_out: dict[str, int]

    @property
    def total(self) -> int:
        """Return all pages that are in."""
        return sum(self.rows.values())


def preview(project: Project) -> Contents:
    """Tell what a release cut now would hold and leave out."""
    values = {"project": project.id}
    with connection.cursor() as cursor:
        cursor.execute(_PREVIEW, values)
        found = cursor.fetchall()
    rows = {str(split): int(count) for split, count, _ in found}
    trainable = {str(split): int(count) for split, _, count in found}
    return Contents(rows, trainable, _counts(_KEPT_OUT, values))


def contents_of(release: Release) -> Contents:
    """Tell what a release holds and left out, by its snapshot."""
    found = (
        ReleaseItem.objects.filter(release=release)
        .values_list("split")
        .annotate(n=Count("id"), trained=Count("id", filter=Q(trainable=True)))
    )
    rows = {split: count for split, count, _ in found}
    return Contents(rows, {split: count for split, _, count in found}, release.left_out)


def take_snapshot(release: Release) -> tuple[int, dict[str, int]]:
    """Write the release's items in one statement; return rows and pages left out by reason."""
    project = release.project
    values = {"project": project.id, "release": release.id, "time_zone": project.time_zone}
    counts = _counts(_SNAPSHOT, values)
    return counts.pop(ROWS), counts


def _counts(statement: str, values: dict[str, Any]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {str(name): int(count) for name, count in cursor.fetchall()}
