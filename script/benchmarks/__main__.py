"""Measure next page, lists, search, opening and submitting on generated projects.

    script/bench                                  1,000 to 1,000,000 pages
    script/bench --sizes 1000,10000               a short run
    script/bench --json figures.json --plans docs/performance/plans.md

Requests are real HTTP against gunicorn; client, server and database share this machine. The rows
live in a database of their own, which is dropped in the end.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import django

from benchmarks import database, rows, server
from benchmarks.figures import Figure

SIZES = "1000,10000,100000,1000000"


def main() -> None:
    """Read the command line, measure at each size, print the table."""
    parser = argparse.ArgumentParser(
        "script/bench", None, __doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=SIZES, help=f"pages, ascending (default {SIZES})")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--plans", type=Path, help="also write query plans at the last size there")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    if sizes != sorted(set(sizes)) or any(size % 1000 for size in sizes):
        parser.error("--sizes are ascending multiples of 1000")
    with database.fresh() as url:
        _setup(url)
        measured = _measure(url, sizes)
        _report(sizes, measured, options.json)
        if options.plans:
            _keep_plans(sizes[-1], options.plans)


def _setup(url: str) -> None:
    """Point this process and its children at the bench's database, and migrate it."""
    os.environ |= {"DATABASE_URL": url, "DEBUG": "0", "OCRLAB_PLAIN_HTTP": "1"}
    os.environ.setdefault("SECRET_KEY", os.urandom(32).hex())
    os.environ["DJANGO_SETTINGS_MODULE"] = "ocrlab.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # Nothing static is asked for, and an empty folder keeps WhiteNoise from warning of none.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)


def _measure(url: str, sizes: list[int]) -> list[list[Figure]]:
    from benchmarks import cast, measures

    keys, tokens, have, measured = cast.find_or_make(), cast.tokens(), 0, []
    for size in sizes:
        seconds = rows.grow(url, keys, have=have, want=size)
        have = size
        with server.serving(url) as address:
            print(f"{size:,} pages: {seconds:.0f} s to generate", file=sys.stderr)
            measured.append(measures.run(address, tokens, size))
    return measured


def _report(sizes: list[int], measured: list[list[Figure]], json_to: Path | None) -> None:
    from benchmarks.report import table

    print(table(sizes, measured))
    if json_to:
        kinds = [[asdict(one) for one in figures] for figures in measured]
        json_to.write_text(json.dumps(dict(zip(sizes, kinds, strict=True)), indent=1))


def _keep_plans(pages: int, path: Path) -> None:
    from benchmarks import cast, plans

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plans.write(pages, cast.tokens()[0]), encoding="utf-8")


if __name__ == "__main__":
    main()
