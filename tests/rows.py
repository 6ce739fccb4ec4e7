"""Rows for tests that begin after ingestion: real files, real constraints, no shortcuts in state."""

import hashlib
import io
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from annotations.content import PageContent
from annotations.models import (
    Blob,
    Document,
    Engine,
    Page,
    PageText,
    Prediction,
    PredictionBody,
    Project,
    ProjectEngine,
    SplitAssignment,
    User,
)

TEXT = "Certidão lavrada em 3 de março.\nAÇÕES de cobrança."


def make_blob(project: Project, data: bytes, media_type: str = "image/png") -> Blob:
    """Store bytes and return their row."""
    sha256 = hashlib.sha256(data).hexdigest()
    blob, created = Blob.objects.get_or_create(
        project=project, sha256=sha256, defaults={"size": len(data), "media_type": media_type}
    )
    if created:
        default_storage.save(blob.key, ContentFile(data))
    return blob


def make_image(seed: int = 0, size: tuple[int, int] = (120, 160)) -> bytes:
    """Return the bytes of a small PNG that differs by seed."""
    image = Image.new("L", size, 255)
    image.putpixel((seed % size[0], (seed // size[0]) % size[1]), 0)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def make_engine(name: str = "motor", **columns: Any) -> Engine:
    """Return an engine row of the replay adapter."""
    identity = hashlib.sha256(name.encode()).hexdigest()
    defaults = {"adapter": "replay", "adapter_version": "1", "identity": identity, **columns}
    return Engine.objects.get_or_create(name=name, version=1, defaults=defaults)[0]


def use_engine(project: Project, engine: Engine) -> ProjectEngine:
    """Let a project use an engine."""
    return ProjectEngine.objects.get_or_create(project=project, engine=engine)[0]


def make_document(project: Project, seed: int = 0, **columns: Any) -> Document:
    """Return a ready document without pages."""
    blob = make_blob(project, make_image(seed))
    name = columns.pop("filename", f"documento-{seed}.png")
    group = columns.pop("group_key", f"g{seed}")
    SplitAssignment.objects.get_or_create(
        project=project, group_key=group, defaults={"split": "train"}
    )
    defaults: dict[str, Any] = {
        "state": "ready",
        "kind": "printed",
        "page_count": 1,
        "uploaded_by": User.objects.system("cli"),
    }
    return Document.objects.create(
        project=project,
        blob=blob,
        sha256=blob.sha256,
        media_type="image/png",
        filename=name,
        search_name=name,
        group_key=group,
        **{**defaults, **columns},
    )


def make_page(document: Document, number: int = 1, state: str = "open", **columns: Any) -> Page:
    """Return a page with an image; `open` unless told otherwise."""
    blob = document.blob
    return Page.objects.create(
        project=document.project,
        document=document,
        number=number,
        state=state,
        kind=document.kind,
        image=blob,
        thumbnail=blob,
        image_sha256=blob.sha256,
        width=120,
        height=160,
        **columns,
    )


def make_prediction(
    page: Page, text: str = TEXT, engine: Engine | None = None, **columns: Any
) -> Prediction:
    """Return a prediction that is the page's current one."""
    content = PageContent.from_json(
        {"header": None, "margin": None, "footer": None, "text": text, "fields": {}}
    )
    prediction = Prediction.objects.create(
        page=page,
        engine=engine or make_engine(),
        content=content.to_json(),
        image_sha256=page.image_sha256,
        finish_reason="stop",
        **columns,
    )
    PredictionBody.objects.create(prediction=prediction, raw=content.canonical_json())
    Page.objects.filter(id=page.id).update(current_prediction=prediction, prelabel_state="done")
    PageText.objects.store(page.id, content)
    page.refresh_from_db()
    return prediction


def make_open_page(project: Project, seed: int = 0, text: str = TEXT) -> Page:
    """Return an open page of its own document with a prediction."""
    page = make_page(make_document(project, seed))
    make_prediction(page, text)
    return page
