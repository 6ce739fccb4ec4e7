"""From a received document to its pages, through the queue."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from rows import make_engine, make_image, use_engine

from annotations import ports
from annotations.content import PageContent
from annotations.ingest import split
from annotations.ingest.change import retry_document
from annotations.ingest.decoding import DecodedPage, DecoderDied, OpenDocument
from annotations.ingest.errors import NotFailed
from annotations.ingest.receive import receive_document
from annotations.ingest.truth import attach_ground_truth
from annotations.jobs import claim, drain
from annotations.models import (
    DecodeJob,
    Document,
    Event,
    GroundTruth,
    Page,
    PageText,
    Project,
    Revision,
    User,
    Verdict,
)

People = dict[str, User]
ASK = OpenDocument.page


@pytest.fixture
def manager(cast: People) -> User:
    return cast["gerente"]


def receive(manager: User, project: Project, data: bytes, **label: Any) -> Document:
    return receive_document(
        actor=manager, project=project, stream=io.BytesIO(data), filename="ato.tif", **label
    ).document


def work() -> None:
    """Drain the queue; what waits for a later try is due at once."""
    for _ in range(5):
        drain("cpu")
        DecodeJob.objects.filter(state="queued").update(not_before="2020-01-01T00:00Z")


def volume(pages: int = 3) -> bytes:
    """Return a TIFF whose pages differ in width."""
    images = [Image.new("L", (100 + 10 * n, 140), 90 + n) for n in range(pages)]
    out = io.BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:])
    return out.getvalue()


def fresh(document: Document) -> Document:
    return Document.objects.get(id=document.id)


def test_a_document_becomes_open_pages_where_no_engine_reads(
    manager: User, project: Project
) -> None:
    document = receive(manager, project, volume(), kind="legal")
    work()
    assert (fresh(document).state, fresh(document).page_count) == ("ready", 3)
    pages = list(document.pages.order_by("number"))
    assert [(p.number, p.width, p.height, p.state, p.kind) for p in pages] == [
        (1, 100, 140, "open", "legal"),
        (2, 110, 140, "open", "legal"),
        (3, 120, 140, "open", "legal"),
    ]
    for page in pages:
        assert page.image is not None
        assert page.image_sha256 == page.image.sha256
        assert default_storage.size(page.image.key) == page.image.size
    assert DecodeJob.objects.get().state == "done"
    assert (
        Event.objects.filter(verb="document.ready", data={"pages": 3, "scaled_down": 0}).count()
        == 1
    )


def test_pages_wait_for_the_projects_engine_and_higher_rooms_hear_of_them(
    manager: User, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []

    def hook(pages: Sequence[Page]) -> None:
        heard.extend(page.number for page in pages if page.image_id)

    monkeypatch.setattr(ports, "_pages_hooks", [hook])
    use_engine(project, make_engine())
    document = receive(manager, project, volume())
    work()
    assert set(document.pages.values_list("state", flat=True)) == {"waiting"}
    assert heard == [1, 2, 3]


def test_a_file_that_cannot_be_read_fails_with_its_reason_and_can_be_retried(
    manager: User, project: Project
) -> None:
    document = receive(manager, project, make_image(1)[:60] + bytes(60))
    work()
    failed = fresh(document)
    assert (failed.state, failed.error_code) == ("failed", "corrupt")
    assert "damaged" in failed.error_detail
    assert DecodeJob.objects.get().state == "failed"
    assert not document.pages.exists()
    assert retry_document(actor=manager, document=failed).state == "received"
    with pytest.raises(NotFailed):
        retry_document(actor=manager, document=failed)
    work()
    assert fresh(document).state == "failed"
    assert DecodeJob.objects.count() == 2


def test_an_unreadable_page_of_a_readable_file_is_an_excluded_page(
    manager: User, project: Project, shared: Path
) -> None:
    data = (shared / "data" / "odd" / "pdfjs-Pages-tree-refs.pdf").read_bytes()
    document = receive(manager, project, data)
    work()
    assert fresh(document).state == "ready"
    first, second = document.pages.order_by("number")
    assert (first.state, first.error_code) == ("open", "")
    assert (second.state, second.error_code, second.image) == ("excluded", "corrupt", None)
    assert second.excluded_reason


def test_a_page_that_kills_the_child_is_dead_and_its_neighbours_are_done(
    manager: User, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = []

    def deadly(opened: OpenDocument, number: int) -> DecodedPage:
        page = ASK(opened, number)
        if page.width == 77:
            deaths.append(number)
            opened._decoder.close()
            raise DecoderDied("killed")
        return page

    monkeypatch.setattr(OpenDocument, "page", deadly)
    good = [receive(manager, project, make_image(n)) for n in range(3)]
    poison = receive(manager, project, make_image(1, size=(77, 50)))
    more = [receive(manager, project, make_image(n)) for n in range(4, 7)]
    work()
    assert [fresh(d).state for d in (*good, *more)] == ["ready"] * 6
    assert (fresh(poison).state, fresh(poison).error_code) == ("failed", "decoder_died")
    assert fresh(poison).error_detail
    job = DecodeJob.objects.get(document=poison)
    assert (job.state, job.errors, len(deaths)) == ("dead", 3, 3)


def test_one_deadly_page_of_a_volume_is_given_up_and_the_others_are_made(
    manager: User, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadly(opened: OpenDocument, number: int) -> DecodedPage:
        if number in {2, 4}:
            opened._decoder.close()
            raise DecoderDied("killed")
        return ASK(opened, number)

    monkeypatch.setattr(OpenDocument, "page", deadly)
    document = receive(manager, project, volume(5))
    work()
    assert fresh(document).state == "ready"
    assert list(document.pages.order_by("number").values_list("state", "error_code")) == [
        ("open", ""),
        ("excluded", "decoder_died"),
        ("open", ""),
        ("excluded", "decoder_died"),
        ("open", ""),
    ]


def test_a_second_worker_goes_on_where_the_first_was_lost(
    manager: User, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dies_at_three(opened: OpenDocument, number: int) -> DecodedPage:
        if number == 3:
            raise Killed
        return ASK(opened, number)

    document = receive(manager, project, volume(4))
    with monkeypatch.context() as patch:
        patch.setattr(OpenDocument, "page", dies_at_three)
        with pytest.raises(Killed):
            drain("cpu")
    kept = dict(document.pages.values_list("number", "id"))
    assert (sorted(kept), fresh(document).state) == ([1, 2], "splitting")
    asked: list[int] = []
    monkeypatch.setattr(
        OpenDocument, "page", lambda opened, number: asked.append(number) or ASK(opened, number)
    )
    work()
    assert asked == [3, 4]
    assert fresh(document).state == "ready"
    assert dict(document.pages.filter(number__lte=2).values_list("number", "id")) == kept


def test_a_stale_worker_writes_nothing(manager: User, project: Project) -> None:
    document = receive(manager, project, volume())
    (stale,) = claim(split.KIND, "cpu")
    DecodeJob.objects.update(state="queued", leased_until=None)
    (current,) = claim(split.KIND, "cpu")
    with pytest.raises(split.LeaseLost):
        split.run([stale])
    assert not document.pages.exists()
    split.run([current])
    assert document.pages.count() == 3


def test_a_missing_stored_file_is_said_so(manager: User, project: Project) -> None:
    document = receive(manager, project, make_image(1))
    default_storage.delete(document.blob.key)
    work()
    assert (fresh(document).state, fresh(document).error_code) == ("failed", "storage_missing")


def test_known_text_becomes_an_approved_revision_when_its_page_exists(
    manager: User, project: Project
) -> None:
    document = receive(manager, project, volume(2))
    contents = [PageContent(text="Certidão"), PageContent(text="Ação", header="Ofício")]
    attach_ground_truth(actor=manager, document=document, contents=contents)
    assert GroundTruth.objects.count() == 1
    work()
    pages = list(document.pages.order_by("number").select_related("head_revision", "head_author"))
    assert [page.state for page in pages] == ["approved", "approved"]
    for page, content in zip(pages, contents, strict=True):
        assert page.head_revision is not None
        assert PageContent.from_json(page.head_revision.content) == content
        assert page.head_author is not None
        assert (page.head_author.username, page.version) == ("ground-truth", 1)
        assert Verdict.objects.get(page=page).approval == "ground-truth"
        assert PageText.objects.get(page=page).folded
    assert not GroundTruth.objects.exists()


def test_known_text_that_comes_later_is_applied_once(manager: User, project: Project) -> None:
    document = receive(manager, project, make_image(1))
    work()
    for text in ("Certidão", "Outro texto"):
        attach_ground_truth(
            actor=manager, document=fresh(document), contents=[PageContent(text=text)]
        )
    revision = Revision.objects.get()
    assert revision.content["text"] == "Certidão"
    assert document.pages.get().state == "approved"


def test_known_text_for_another_number_of_pages_is_kept_and_told(
    manager: User, project: Project
) -> None:
    document = receive(manager, project, volume(3))
    attach_ground_truth(actor=manager, document=document, contents=[PageContent(text="só uma")])
    work()
    assert (fresh(document).state, fresh(document).error_code) == ("ready", "ground_truth_mismatch")
    assert set(document.pages.values_list("state", flat=True)) == {"open"}
    assert GroundTruth.objects.get().contents[0]["text"] == "só uma"
