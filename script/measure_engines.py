#!/usr/bin/env python
"""Measure the engine `tesseract` on pages with ground truth: errors by kind, zones, processor time.

    .venv/bin/python script/measure_engines.py ../shared/data/dev [--json OUT.json] [--only NAME]

Each page is `x.jpg` with `x.json` beside it. Error rates compare the plain text of all zones, so a
line in the wrong zone counts as an error too. Zones are judged on the pages named `syn-*`, whose
truth says where each line stands.
"""

import argparse
import json
import resource
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image

from annotations.content import ZONES, PageContent, parse_answer, read_ground_truth_json
from annotations.engines.base import EngineRequest
from annotations.engines.registry import build
from annotations.metrics import (
    ErrorCounts,
    ZoneCounts,
    cer_counts,
    cer_norm_counts,
    wer_counts,
    word_f1,
    zone_counts,
)

KINDS = {
    "hw-": "charters (handwritten, 13th-15th century)",
    "lg-dodf": "gazettes",
    "ad-": "fiscal forms",
    "pr-constituicao": "clean print",
    "pr-lusiadas": "print of 1572",
    "syn-dev-ata": "synthetic, handwriting fonts",
    "syn-dev-bilhete": "synthetic, handwriting fonts",
    "syn-dev-recibo": "synthetic, handwriting fonts",
    "syn-": "synthetic, print",
}


@dataclass
class Totals:
    """Sums over the pages of one kind."""

    pages: int = 0
    cer: ErrorCounts = field(default_factory=ErrorCounts)
    cer_norm: ErrorCounts = field(default_factory=ErrorCounts)
    wer: ErrorCounts = field(default_factory=ErrorCounts)
    f1: float = 0.0
    trust: float = 0.0
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)


def main() -> None:
    """Measure and print one line a page and one a kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--param", action="append", default=[], metavar="k=v")
    options = parser.parse_args()
    engine = build("tesseract", "", "", "", dict(item.split("=", 1) for item in options.param))
    totals: dict[str, Totals] = defaultdict(Totals)
    zones: dict[str, dict[str, ZoneCounts]] = defaultdict(lambda: defaultdict(ZoneCounts))
    for path in sorted(options.folder.rglob("*.json")):
        if options.only in path.stem:
            measure(engine, path, totals, zones)
    report(totals, zones)
    if options.json:
        options.json.write_text(json.dumps(as_json(totals, zones), indent=1, ensure_ascii=False))


def measure(engine, path: Path, totals, zones) -> None:
    """Read one page and add it to the sums."""
    image = path.with_suffix(".jpg")
    (truth,) = read_ground_truth_json(path.read_bytes())
    width, height = Image.open(image).size
    start = cpu_seconds()
    (answer,) = engine.read([EngineRequest(path.stem, image, "", width, height)])
    seconds = cpu_seconds() - start
    content = parse_answer(answer.raw).content if not answer.error else PageContent()
    expected, found = truth.plain_text(), content.plain_text()
    cer = cer_norm_counts(expected, found)
    for kind in (kind_of(path.stem), "all"):
        sums = totals[kind]
        sums.pages += 1
        sums.cer += cer_counts(expected, found)
        sums.cer_norm += cer
        sums.wer += wer_counts(expected, found)
        sums.f1 += word_f1(expected, found)
        sums.trust += answer.words.trust if answer.words else 0.0
        sums.seconds += seconds
        if answer.error:
            sums.failed.append(f"{path.stem}: {answer.error}")
    counts = zone_counts(truth, content)
    if path.stem.startswith("syn-"):
        for zone in ZONES:
            zones[kind_of(path.stem)][zone] += counts[zone]
            zones["synthetic, all"][zone] += counts[zone]
    shares = " ".join(
        f"{zone} {counts[zone].share:.2f}/{counts[zone].share_of_read:.2f}"
        for zone in ZONES
        if counts[zone].length
    )
    trust = answer.words.trust if answer.words else 0.0
    print(f"{path.stem:28} cer_norm {cer.rate:.3f} trust {trust:.2f} {seconds:4.1f} s  {shares}")


def cpu_seconds() -> float:
    """Return the processor time of this process and its ended children; wall time would drift."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def kind_of(name: str) -> str:
    """Return the kind that a page is reported under."""
    return next(kind for prefix, kind in KINDS.items() if name.startswith(prefix))


def report(totals, zones) -> None:
    """Print the sums."""
    print(f"\n{'kind':42} {'n':>3} {'CER':>7} {'CERnorm':>7} {'WER':>6} {'F1':>5} trust CPU s")
    for kind, sums in totals.items():
        n = sums.pages
        print(
            f"{kind:42} {n:3} {sums.cer.rate:7.2%} {sums.cer_norm.rate:7.2%} {sums.wer.rate:6.1%}"
            f" {sums.f1 / n:5.3f}  {sums.trust / n:.2f} {sums.seconds / n:4.1f}"
        )
        for failure in sums.failed:
            print("   failed", failure)
    for kind, by_zone in zones.items():
        print(f"\nzones, {kind}")
        for zone, counts in by_zone.items():
            print(
                f"  {zone:7} {counts.length:6} characters: {counts.share:.1%} in the right zone, "
                f"{counts.share_of_read:.1%} of those read"
            )


def as_json(totals, zones) -> dict[str, object]:
    """Return the sums for a program."""
    return {
        "kinds": {
            kind: {
                "pages": sums.pages,
                "cer": sums.cer.rate,
                "cer_norm": sums.cer_norm.rate,
                "wer": sums.wer.rate,
                "word_f1": sums.f1 / sums.pages,
                "seconds": sums.seconds / sums.pages,
            }
            for kind, sums in totals.items()
        },
        "zones": {
            kind: {zone: [c.share, c.share_of_read, c.length] for zone, c in by_zone.items()}
            for kind, by_zone in zones.items()
        },
    }


if __name__ == "__main__":
    main()
