"""A page drawn for the browser tests: its image, its words with their places, its reading."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from annotations.content import PageContent
from annotations.models import Document, Page, Prediction, PredictionBody, Project, WordLayout
from tests.rows import make_blob, make_document, make_engine

SIZE = (1000, 1400)
# What stands on the paper; the engine loses the accents of line 3.
LINES = (
    "Cartorio do Primeiro Oficio",
    "Certifico que no livro de notas consta",
    "a anotacao da certidao de Joao da Silva",
    "lavrada em 3 de maio de 2019 nesta comarca",
    "O referido verdade e dou testemunho",
)
LEFT, TOP, STEP, LETTER = 120, 160, 70, 30


@dataclass(frozen=True)
class Sheet:
    """The image's bytes and the word layout."""

    image: bytes
    layout: dict[str, Any]

    def pages(self, project: Project, count: int) -> list[Page]:
        """Return the open pages of one document, each with this image, words and reading."""
        document = make_document(project, filename="certidao.pdf", page_count=count)
        return [self._page(document, number) for number in range(1, count + 1)]

    def _page(self, document: Document, number: int) -> Page:
        blob = make_blob(document.project, self.image)
        page = Page.objects.create(
            project=document.project,
            document=document,
            number=number,
            state="open",
            kind=document.kind,
            image=blob,
            thumbnail=blob,
            image_sha256=blob.sha256,
            width=SIZE[0],
            height=SIZE[1],
            prelabel_state="done",
        )
        WordLayout.objects.create(
            page=page,
            image_sha256=blob.sha256,
            recogniser_version="drawn",
            layout=self.layout,
            trust=0.95,
        )
        content = PageContent.from_json({"header": LINES[0], "text": "\n".join(LINES[1:])})
        prediction = Prediction.objects.create(
            page=page,
            engine=make_engine(),
            content=content.to_json(),
            image_sha256=blob.sha256,
            finish_reason="stop",
        )
        PredictionBody.objects.create(prediction=prediction, raw=content.canonical_json())
        Page.objects.filter(id=page.id).update(current_prediction=prediction)
        return page


def draw() -> Sheet:
    """Draw the lines and note where each word stands."""
    image = Image.new("L", SIZE, 245)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=LETTER)
    words: list[list[Any]] = []
    for number, line in enumerate(LINES):
        x, y = LEFT, TOP + number * STEP
        for word in line.split():
            pen.text((x, y), word, fill=20, font=font)
            left, top, right, bottom = (round(edge) for edge in pen.textbbox((x, y), word, font))
            words.append([word, left, top, right - left, bottom - top, 0.95, number])
            x = right + LETTER // 3
    out = io.BytesIO()
    image.save(out, "PNG")
    zones = [("header", 0, 0), ("text", 1, len(LINES) - 1)]
    regions = [
        {"box": [0, 0, *SIZE], "zone": zone, "trust": 0.95, "angle": 0, "lines": [first, last]}
        for zone, first, last in zones
    ]
    return Sheet(out.getvalue(), {"words": words, "regions": regions})
