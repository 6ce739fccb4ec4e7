"""One call from a seed to a page image and its ground truth."""

from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

from PIL import Image

from fictitious import printed, written
from fictitious.canvas import Canvas, Quad, SetLine
from fictitious.finish import compose
from fictitious.layout import NOTICE, Typesetter
from fictitious.sheet import Inventor, Sheet
from fictitious.wear import wear

DPI = 150
KINDS = {
    "oficio": printed.office_letter,
    "certidao": printed.birth_certificate,
    "nota": printed.invoice,
    "sentenca": printed.judgment,
    "diario": printed.gazette,
    "recibo": written.receipt,
    "bilhete": written.note,
    "ata": written.minutes,
}
ZONES = {"header": "header", "margin": "margin", "body": "text", "footer": "footer"}
# Repeated fields keep every value; the others say one thing a page.
REPEATED = frozenset({"cpf"})


@dataclass(frozen=True)
class FictitiousPage:
    """A page image (RGB), the JPEG quality it should be kept at, and its ground truth as JSON."""

    image: Image.Image
    jpeg_quality: int
    truth: dict[str, Any]


def make_page(kind: str, seed: int, *, level: str = "light", dpi: int = DPI) -> FictitiousPage:
    """Make the page of `kind` that belongs to `seed`; the same arguments give the same pixels."""
    digest = sha256(f"{kind}|{seed}".encode()).digest()
    random = Random(int.from_bytes(digest[:8], "big"))
    sheet = KINDS[kind](Inventor(random))
    canvas = Canvas(random, dpi)
    Typesetter(sheet, canvas).set()
    quads = [line.quad for line in canvas.lines]
    worn = wear(compose(canvas, sheet), quads, random, level)
    truth = _truth(sheet, canvas.lines, worn.quads) | {"seed": seed, "level": level, "dpi": dpi}
    return FictitiousPage(worn.image, worn.jpeg_quality, truth)


def _truth(sheet: Sheet, lines: list[SetLine], quads: list[Quad]) -> dict[str, Any]:
    order = list(ZONES)
    placed = sorted(zip(lines, quads, strict=True), key=lambda pair: order.index(pair[0].zone))
    texts = {
        key: "\n".join(line.text for line, _ in placed if line.zone == zone)
        for zone, key in ZONES.items()
    }
    fields = [
        {"name": name, "value": values if name in REPEATED else values[0]}
        for name, values in sheet.fields.items()
    ]
    return {
        **{key: text or None for key, text in texts.items()},
        "fields": [*fields, {"name": "tipo", "value": sheet.kind}],
        "kind": sheet.kind,
        "category": sheet.category,
        "notice": NOTICE,
        "lines": [
            {"n": n, "region": line.zone, "text": line.text, "polygon": _rounded(quad)}
            for n, (line, quad) in enumerate(placed, 1)
        ],
    }


def _rounded(quad: Quad) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in quad]
