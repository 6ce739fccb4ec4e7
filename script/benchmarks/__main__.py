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
        measured = _measure(url, sizes, options.plans)
    from benchmarks.report import table

    print(table(sizes, measured))
    if options.json:
        kinds = [[asdict(one) for one in figures] for figures in measured]
        options.json.write_text(json.dumps(dict(zip(sizes, kinds, strict=True)), indent=1))


def _setup(url: str) -> None:
    """Point this process and its children at the bench's database, and migrate it."""
    os.environ |= {"DATABASE_URL": url, "DEBUG": "0", "OCRLAB_PLAIN_HTTP": "1"}
    os.environ.setdefault("SECRET_KEY", os.urandom(32).hex())
    os.environ["DJANGO_SETTINGS_MODULE"] = "ocrlab.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _measure(url: str, sizes: list[int], plans_to: Path | None) -> list[list[Figure]]:
    from benchmarks import cast, measures, plans

    keys, tokens, have, measured = cast.find_or_make(), cast.tokens(), 0, []
    for size in sizes:
        seconds = rows.grow(url, keys, have=have, want=size)
        have = size
        with server.serving(url) as address:
            print(f"{size:,} pages: {seconds:.0f} s to generate", file=sys.stderr)
            measured.append(measures.run(address, tokens, size))
    if plans_to:
        plans_to.parent.mkdir(parents=True, exist_ok=True)
        plans_to.write_text(plans.write(have, tokens[0]), encoding="utf-8")
    return measured


if __name__ == "__main__":
    main()
