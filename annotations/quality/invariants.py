"""What has to be true of the books at any moment, as questions whose every answer is a fault."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from django.core.files.storage import default_storage
from django.db import connection

from annotations import ports
from annotations.jobs.kinds import kinds
from annotations.models import (
    Blob,
    DecodeJob,
    Document,
    Event,
    FiguresJob,
    Page,
    Prediction,
    PrelabelJob,
    Revision,
    RevisionFigures,
    SplitAssignment,
    Verdict,
)

FINDINGS = 20  # lines a check: enough to see what is wrong, not a flood
UNSWEPT_MINUTES = 10  # the sweeper takes seconds; only where no worker lives is it this late

_WORDS: Final = {
    "blob": Blob._meta.db_table,
    "decode_job": DecodeJob._meta.db_table,
    "document": Document._meta.db_table,
    "event": Event._meta.db_table,
    "figures": RevisionFigures._meta.db_table,
    "figures_job": FiguresJob._meta.db_table,
    "page": Page._meta.db_table,
    "prediction": Prediction._meta.db_table,
    "prelabel_job": PrelabelJob._meta.db_table,
    "revision": Revision._meta.db_table,
    "split": SplitAssignment._meta.db_table,
    "verdict": Verdict._meta.db_table,
    # Verbs of the moves that raise a page's version, one each.
    "moves": (
        "'page.submitted', 'page.approved', 'page.sent_back', 'page.reopened', 'page.excluded',"
        " 'page.included', 'page.opened'"
    ),
}
_QUESTIONS: Final = {
    "prelabel_done": """
      SELECT 'job ' || j.id || ' is done without a prediction' FROM {prelabel_job} j
      LEFT JOIN {prediction} a ON a.job_id = j.id WHERE j.state = 'done' AND a.id IS NULL""",
    "prediction_job": """
      SELECT 'prediction ' || a.id || ' is not what its job ' || j.id || ' asked for'
      FROM {prediction} a JOIN {prelabel_job} j ON j.id = a.job_id
      WHERE j.state <> 'done' OR j.page_id <> a.page_id OR j.engine_id <> a.engine_id""",
    "current_prediction": """
      SELECT 'page ' || p.id || ' shows no prediction of its own' FROM {page} p
      LEFT JOIN {prediction} a ON a.id = p.current_prediction_id
      WHERE a.page_id <> p.id OR (a.id IS NULL AND (p.prelabel_state = 'done'
        OR EXISTS (SELECT 1 FROM {prediction} b WHERE b.page_id = p.id)))""",
    "prelabel_waits": """
      SELECT 'page ' || p.id || ' waits for an engine that no live job will run' FROM {page} p
      WHERE p.prelabel_state IN ('queued', 'running') AND NOT EXISTS (
        SELECT 1 FROM {prelabel_job} j WHERE j.page_id = p.id AND j.state IN ('queued', 'running'))
    """,
    "page_version": """
      SELECT 'page ' || p.id || ' has version ' || p.version || ' after ' || count(e.id) || ' moves'
      FROM {page} p LEFT JOIN {event} e ON e.noun = 'page' AND e.noun_id = p.id::text
        AND e.verb IN ({moves})
      GROUP BY p.id HAVING p.version <> count(e.id)""",
    "page_split": """
      SELECT 'page ' || p.id || ' is of a group without a split' FROM {page} p
      JOIN {document} d ON d.id = p.document_id
      LEFT JOIN {split} s ON s.project_id = p.project_id AND s.group_key = d.group_key
      WHERE s.id IS NULL""",
    "page_project": """
      SELECT 'page ' || p.id || ' is not in its document''s project' FROM {page} p
      JOIN {document} d ON d.id = p.document_id WHERE d.project_id <> p.project_id""",
    "page_image": """
      SELECT 'page ' || p.id || ' has an image of other bytes or of another project' FROM {page} p
      JOIN {blob} b ON b.id = p.image_id
      WHERE b.project_id <> p.project_id OR b.sha256 <> p.image_sha256""",
    "head_revision": """
      SELECT 'page ' || p.id || ' does not stand at its newest revision' FROM {page} p
      JOIN (SELECT DISTINCT ON (page_id) page_id, id FROM {revision} WHERE track = 0
        ORDER BY page_id, number DESC) newest ON newest.page_id = p.id
      WHERE p.head_revision_id IS DISTINCT FROM newest.id
      UNION ALL
      SELECT 'page ' || p.id || ' stands at a revision of another page' FROM {page} p
      JOIN {revision} r ON r.id = p.head_revision_id WHERE r.page_id <> p.id""",
    "approved_page": """
      SELECT 'page ' || p.id || ' is approved without a verdict on its text' FROM {page} p
      WHERE p.state = 'approved' AND NOT EXISTS (SELECT 1 FROM {verdict} v
        WHERE v.revision_id = p.head_revision_id AND v.decision = 'approve')""",
    "revision_event": """
      SELECT 'revision ' || r.id || ' has no event' FROM {revision} r WHERE NOT EXISTS (
        SELECT 1 FROM {event} e WHERE e.noun = 'page' AND e.noun_id = r.page_id::text
        AND e.data->>'revision' = r.id::text)""",
    "revision_figures": """
      SELECT 'revision ' || r.id || ' is neither measured nor will be' FROM {revision} r
      WHERE r.base_prediction_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM {figures} f WHERE f.revision_id = r.id)
        AND NOT EXISTS (SELECT 1 FROM {figures_job} j WHERE j.revision_id = r.id
          AND j.state <> 'done')""",
    "document_pages": """
      SELECT 'document ' || d.id || ' is ready with ' || count(p.id) || ' of '
        || COALESCE(d.page_count, 0) || ' pages'
      FROM {document} d LEFT JOIN {page} p ON p.document_id = d.id WHERE d.state = 'ready'
      GROUP BY d.id HAVING COALESCE(d.page_count, 0) <> count(p.id)""",
    "document_waits": """
      SELECT 'document ' || d.id || ' is ' || d.state || ' and no live job will split it'
      FROM {document} d WHERE d.state IN ('received', 'splitting') AND NOT EXISTS (
        SELECT 1 FROM {decode_job} j
        WHERE j.document_id = d.id AND j.state IN ('queued', 'running'))""",
}


def register_invariants() -> None:
    """Hand every question of this app to the registry that `check_invariants` asks."""
    for name, question in _QUESTIONS.items():
        ports.add_invariant(name, _asking(question))
    ports.add_invariant("unswept_lease", _unswept_leases)
    ports.add_invariant("blob_file", _blobs_without_file)


def answers(question: str) -> Iterator[str]:
    """Yield the first lines that a question's SQL finds."""
    with connection.cursor() as cursor:
        cursor.execute(f"{question} LIMIT {FINDINGS}")
        yield from (line for (line,) in cursor.fetchall())


def _asking(question: str) -> Callable[[], Iterator[str]]:
    return partial(answers, question.format(**_WORDS))


def _unswept_leases() -> Iterator[str]:
    for kind in kinds():
        yield from answers(f"""
          SELECT '{kind.name} job ' || id || ' ran out of its lease at ' || leased_until
          FROM {kind.model._meta.db_table} WHERE state = 'running'
          AND leased_until < now() - interval '{UNSWEPT_MINUTES} minutes'""")  # noqa: S608


def _blobs_without_file() -> Iterator[str]:
    found = 0
    for blob in Blob.objects.order_by("id").iterator(chunk_size=2000):
        if found < FINDINGS and not default_storage.exists(blob.key):
            found += 1
            yield f"blob {blob.id} has no file"
