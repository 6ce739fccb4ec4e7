"""Generates projects of any size inside PostgreSQL: a million pages in minutes, keys by formula.

Every page has a prediction and its text; of ten documents four wait for correction, one for
approval, one for pre-labelling, and four are approved. Whole documents share a state, as in life.
"""

import json
import sys
import time
from dataclasses import dataclass
from uuid import UUID

import psycopg

from benchmarks import texts

PAGES_A_DOCUMENT, OPEN_OF_TEN = 4, 4
CHUNK = 20_000  # pages a transaction: progress is seen, and memory stays flat

# UUIDs in the shape of version 7 that grow with `n`, so that indexes fill as they do in life.
KEY_FUNCTION = """
CREATE OR REPLACE FUNCTION bench_key(kind int, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
  SELECT (lpad(to_hex(1760000000000 + n * 50), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
          || '8' || lpad(to_hex(n), 15, '0'))::uuid $$;
CREATE OR REPLACE FUNCTION bench_state(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN d < 4 THEN 'open' WHEN d = 4 THEN 'corrected' WHEN d = 5 THEN 'waiting'
              ELSE 'approved' END
  FROM (SELECT (n - 1) / 4 % 10 AS d) AS document $$;
CREATE OR REPLACE FUNCTION bench_author(n bigint, people uuid[]) RETURNS uuid IMMUTABLE LANGUAGE sql
  AS $$ SELECT people[(n - 1) / 4 % cardinality(people) + 1] $$;
CREATE UNLOGGED TABLE IF NOT EXISTS bench_text (k int PRIMARY KEY, folded text, content jsonb);
"""

DOCUMENTS = """
INSERT INTO annotations_document (id, project_id, blob_id, external_id, filename, sha256,
  media_type, state, error_code, error_detail, page_count, metadata, group_key, group_given, kind,
  search_name, uploaded_by_id, created_at, updated_at)
SELECT bench_key(1, d), %(project)s, %(blob)s, 'bench-' || d, 'bench-' || d || '.pdf',
  md5(d::text) || md5('s' || d), 'application/pdf', 'ready', '', '', 4, '{}', 'bench-' || d, false,
  'printed', 'bench-' || d || '.pdf', %(approver)s, now() - interval '1 s' * (9e6 - d), now()
FROM generate_series(%(low)s / 4 + 1, %(high)s / 4) AS d;
INSERT INTO annotations_splitassignment (project_id, group_key, split)
SELECT %(project)s, 'bench-' || d, CASE WHEN d %% 10 = 0 THEN 'test' ELSE 'train' END
FROM generate_series(%(low)s / 4 + 1, %(high)s / 4) AS d
"""
PREDICTIONS = """
INSERT INTO annotations_prediction (id, page_id, engine_id, content, parameters, image_sha256,
  recovered, finish_reason, truncated, tail_repetition, stopped_by_guard, degenerate, seconds)
SELECT bench_key(3, n), bench_key(2, n), %(engine)s, content || '{"fields": {}}', '{}',
  md5(n::text) || md5('i' || n), '', 'stop', false, false, false, n %% 500 = 0, 1.2
FROM generate_series(%(low)s + 1, %(high)s) AS n JOIN bench_text ON k = n %% %(pool)s
"""
REVISIONS = """
INSERT INTO annotations_revision (id, page_id, number, track, author_id, content, spans,
  base_prediction_id, fields_version_id, fields_outdated, guideline_version_id, verification,
  active_seconds)
SELECT bench_key(4, n), bench_key(2, n), 1, 0,
  bench_author(n, %(authors)s), content || '{"fields": {}}', '[]',
  bench_key(3, n), %(fields)s, false, %(guideline)s, 'accepted', 40
FROM generate_series(%(low)s + 1, %(high)s) AS n JOIN bench_text ON k = n %% %(pool)s
WHERE bench_state(n) IN ('corrected', 'approved');
INSERT INTO annotations_verdict (id, page_id, revision_id, user_id, decision, approval)
SELECT bench_key(5, n), bench_key(2, n), bench_key(4, n), %(approver)s, 'approve', 'person'
FROM generate_series(%(low)s + 1, %(high)s) AS n WHERE bench_state(n) = 'approved'
"""
PAGES = """
INSERT INTO annotations_page (id, project_id, document_id, number, state, state_before_exclusion,
  excluded_reason, version, prelabel_state, kind, image_id, image_sha256, width, height, dpi,
  error_code, error_detail, current_prediction_id, head_revision_id, head_author_id, created_at,
  updated_at)
SELECT bench_key(2, n), %(project)s, bench_key(1, (n - 1) / 4 + 1), (n - 1) %% 4 + 1, state, '',
  '', CASE WHEN judged THEN 1 ELSE 0 END, 'done', 'printed', %(blob)s,
  md5(n::text) || md5('i' || n), 1240, 1754, 150, '', '', bench_key(3, n),
  CASE WHEN judged THEN bench_key(4, n) END, CASE WHEN judged THEN bench_author(n, %(authors)s) END,
  now() - interval '1 s' * (9e6 - n), now() - interval '1 s' * (9e6 - n)
FROM (SELECT n, bench_state(n) AS state, bench_state(n) IN ('corrected', 'approved') AS judged
      FROM generate_series(%(low)s + 1, %(high)s) AS n) AS numbered
"""
TEXTS = """
INSERT INTO annotations_pagetext (page_id, folded)
SELECT bench_key(2, n), folded || ' registro' || n
FROM generate_series(%(low)s + 1, %(high)s) AS n JOIN bench_text ON k = n %% %(pool)s
"""
LAYOUTS = """
INSERT INTO annotations_predictionbody (prediction_id, raw, raw_cut)
SELECT bench_key(3, n), content::text, false
FROM generate_series(%(low)s + 1, %(high)s) AS n JOIN bench_text ON k = n %% %(pool)s
WHERE bench_state(n) = 'open';
INSERT INTO annotations_wordlayout (page_id, image_sha256, recogniser_version, layout, trust)
SELECT bench_key(2, n), md5(n::text) || md5('i' || n), 'bench', %(layout)s, 1
FROM generate_series(%(low)s + 1, %(high)s) AS n WHERE n %% 200 = 1
"""
STATEMENTS = (DOCUMENTS, PREDICTIONS, REVISIONS, PAGES, TEXTS, LAYOUTS)
# The costliest index to fill row by row is built once per size, as a restore would.
SEARCH_INDEX = "page_text_search"
TABLES = "document splitassignment prediction revision verdict page pagetext predictionbody"


@dataclass(frozen=True)
class Cast:
    """Keys of the rows that all generated rows hang on."""

    project: UUID
    blob: UUID
    engine: UUID
    authors: list[UUID]
    approver: UUID
    fields: int
    guideline: int


def page_key(number: int) -> str:
    """Return the id of generated page `number` (from 1), as `bench_key(2, n)` makes it."""
    digits = f"{1_760_000_000_000 + number * 50:012x}7002" + f"8{number:015x}"
    return str(UUID(digits))


def is_open(number: int) -> bool:
    """Tell whether generated page `number` waits for correction at first."""
    return (number - 1) // PAGES_A_DOCUMENT % 10 < OPEN_OF_TEN


def grow(url: str, cast: Cast, *, have: int, want: int) -> float:
    """Add pages `have + 1` to `want`; return the seconds it took. Both are multiples of 4."""
    started = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        _prepare(connection)
        for low in range(have, want, CHUNK):
            high = min(low + CHUNK, want)
            values = {**cast.__dict__, "low": low, "high": high, "pool": texts.POOL}
            values["layout"] = json.dumps(_layout())
            with connection.transaction():
                # No foreign key is checked row by row: the keys are right by formula.
                connection.execute("SET LOCAL session_replication_role = replica")
                for statement in ";".join(STATEMENTS).split(";"):
                    connection.execute(statement, values)
            print(f"\r{high:,} pages", end="", file=sys.stderr, flush=True)
        _index(connection)
    print(file=sys.stderr)
    return time.monotonic() - started


def _prepare(connection: psycopg.Connection) -> None:
    connection.execute(KEY_FUNCTION)
    if connection.execute("SELECT 1 FROM bench_text LIMIT 1").fetchone() is None:
        with connection.cursor().copy("COPY bench_text FROM STDIN") as copy:
            for number, content in enumerate(texts.pool()):
                copy.write_row((number, texts.folded(content), json.dumps(content)))
    connection.execute(f"DROP INDEX IF EXISTS {SEARCH_INDEX}")


def _index(connection: psycopg.Connection) -> None:
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute(
        f"CREATE INDEX {SEARCH_INDEX} ON annotations_pagetext USING gin (vector)"
        " WITH (fastupdate = off)"
    )
    # A size is measured in the state a day later: statistics and visibility maps are fresh.
    for table in TABLES.split(" "):
        connection.execute(f"VACUUM ANALYZE annotations_{table}")


def _layout() -> dict[str, object]:
    words = [
        ["palavra", 110 + column * 100, 110 + row * 38, 90, 24, 0.93, row + 1]
        for row in range(15)
        for column in range(10)
    ]
    box = {"box": [100, 100, 1040, 620], "zone": "text", "trust": 1.0, "angle": 0}
    return {"words": words, "regions": [box]}
