"""The demo's documents: what is made, which recorded answer is faulty, what has been reviewed."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fictitious.answers import recorded
from fictitious.files import LOCKED_PDF, write
from fictitious.pages import FictitiousPage, make_page

LOCKED = "printed/laudo-protegido.pdf"
TIFF_DPI = 200  # black and white needs finer pixels than grey does


@dataclass(frozen=True)
class PagePlan:
    """One page to make, and how the recorded engine answers for it."""

    kind: str
    seed: int
    level: str = "light"
    answer: str = "clean"


# By path below the set's folder; the first part is the document's kind in the project.
PLAN: dict[str, tuple[PagePlan, ...]] = {
    "legal/oficio-001.jpg": (PagePlan("oficio", 1, answer="repeating-header"),),
    "legal/oficio-002.png": (PagePlan("oficio", 2, "none"),),
    "legal/certidao-001.jpg": (PagePlan("certidao", 1, answer="wrong-cpf"),),
    "legal/sentenca-001.jpg": (PagePlan("sentenca", 1, "medium", "missing-line"),),
    "legal/processo-001.pdf": (
        PagePlan("oficio", 3),
        PagePlan("certidao", 2),
        PagePlan("sentenca", 2),
    ),
    "printed/nota-001.jpg": (PagePlan("nota", 1),),
    "printed/nota-002.jpg": (PagePlan("nota", 2, "medium"),),
    "printed/notas-003.tif": (PagePlan("nota", 3, "none"), PagePlan("nota", 4, "none")),
    "printed/diario-001.jpg": (PagePlan("diario", 1, answer="looping"),),
    "handwritten/recibo-001.jpg": (PagePlan("recibo", 1),),
    "handwritten/bilhete-001.jpg": (PagePlan("bilhete", 1),),
    "handwritten/ata-001.jpg": (PagePlan("ata", 1, "medium"),),
}


def row_id(document_sha256: str, number: int) -> str:
    """Return the id by which releases and recorded answers know a page."""
    return f"{document_sha256[:16]}-p{number}"


def make(folder: Path) -> None:
    """Write the documents, `truth.json` and `answers.json` (both by row id) below `folder`."""
    truths: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for name, plans in PLAN.items():
        pages = [_make_page(plan, name) for plan in plans]
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, pages)
        digest = sha256(path.read_bytes()).hexdigest()
        for number, (plan, page) in enumerate(zip(plans, pages, strict=True), 1):
            key = row_id(digest, number)
            truths[key] = page.truth | {"document": name, "page": number}
            answers[key] = recorded(plan.answer, page.truth)
    (folder / LOCKED).write_bytes(LOCKED_PDF)
    _write_json(folder / "truth.json", truths)
    _write_json(folder / "answers.json", answers)


def _make_page(plan: PagePlan, name: str) -> FictitiousPage:
    dpi = {"dpi": TIFF_DPI} if name.endswith(".tif") else {}
    return make_page(plan.kind, plan.seed, level=plan.level, **dpi)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
