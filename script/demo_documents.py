#!/usr/bin/env python3
"""Make fictitious documents: the demo's set, or any number of pages with their ground truth.

    script/demo_documents.py set FOLDER
    script/demo_documents.py pages FOLDER --count 100 --level heavy

`pages` writes ID.jpg and ID.json; `manage.py ingest FOLDER --ground-truth` takes both.
"""

import argparse
import json
from pathlib import Path

from fictitious import demo_set
from fictitious.files import write
from fictitious.pages import DPI, KINDS, make_page
from fictitious.wear import WEAR


def main() -> None:
    """Read the command line and write files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["set", "pages"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=len(KINDS))
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--level", choices=list(WEAR), default="light")
    parser.add_argument("--dpi", type=int, default=DPI)
    options = parser.parse_args()
    if options.what == "set":
        demo_set.make(options.folder)
    else:
        _pages(options)


def _pages(options: argparse.Namespace) -> None:
    options.folder.mkdir(parents=True, exist_ok=True)
    kinds = list(KINDS)
    for number in range(options.count):
        kind, seed = kinds[number % len(kinds)], options.first_seed + number
        page = make_page(kind, seed, level=options.level, dpi=options.dpi)
        path = options.folder / f"{kind}-{seed:06d}.jpg"
        write(path, [page])
        truth = json.dumps(page.truth, ensure_ascii=False, indent=1)
        path.with_suffix(".json").write_text(truth + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
