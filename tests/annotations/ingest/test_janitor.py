"""The janitor removes what nothing refers to, and never what an upload is about to use."""

import io
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from rows import make_image, make_open_page

from annotations.content import PageContent
from annotations.ingest import janitor
from annotations.ingest import receive as receiving
from annotations.ingest.blobs import keep
from annotations.ingest.change import erase_document
from annotations.ingest.janitor import GRACE, collect_blobs
from annotations.ingest.receive import receive_document
from annotations.ingest.spool import spool_folder
from annotations.jobs import drain
from annotations.models import (
    Blob,
    Document,
    Draft,
    Event,
    Page,
    PageText,
    Prediction,
    PredictionBody,
    Project,
    Revision,
    User,
    Verdict,
)
from annotations.people.projects import create_project
from annotations.review.drafts import save_draft
from annotations.review.submit import submit
from annotations.review.verdicts import give_verdict
from annotations.review.writing import Writing

People = dict[str, User]
AT_ONCE = timedelta(0)


def store(project: Project, seed: int = 0) -> Blob:
    """Store bytes that nothing refers to."""
    path = spool_folder() / f"page-{seed}"
    path.write_bytes(make_image(seed))
    with transaction.atomic():
        return keep(project=project, path=path, media_type="image/png")


def age(path: Path) -> None:
    long_ago = time.time() - 2 * GRACE.total_seconds()
    os.utime(path, (long_ago, long_ago))


def test_only_old_and_unreferenced_bytes_go(cast: People, project: Project) -> None:
    used = receive_document(
        actor=cast["gerente"], project=project, stream=io.BytesIO(make_image(1)), filename="a.png"
    ).document.blob
    old, young = store(project, 2), store(project, 3)
    Blob.objects.filter(id__in=[used.id, old.id]).update(touched_at=timezone.now() - 2 * GRACE)
    assert collect_blobs() == 1
    assert set(Blob.objects.values_list("id", flat=True)) == {used.id, young.id}
    assert not default_storage.exists(old.key)
    assert default_storage.exists(used.key)


def test_an_empty_installation_has_nothing_to_collect(db: None) -> None:
    assert collect_blobs(grace=AT_ONCE) == 0


def test_pages_keep_their_pictures(cast: People, project: Project) -> None:
    document = receive_document(
        actor=cast["gerente"], project=project, stream=io.BytesIO(make_image(1)), filename="a.png"
    ).document
    drain("cpu")
    assert collect_blobs(grace=AT_ONCE) == 0
    page = document.pages.get()
    assert page.image is not None
    assert page.thumbnail is not None
    assert all(default_storage.exists(b.key) for b in (page.image, page.thumbnail, document.blob))


def test_files_without_a_row_go_when_they_are_old(project: Project) -> None:
    for seed, is_old in ((1, True), (2, False)):
        stray = Path(default_storage.path(f"{project.id}/ab/ab{seed}{'0' * 61}"))
        stray.parent.mkdir(parents=True, exist_ok=True)
        stray.write_bytes(b"x")
        left = spool_folder() / f"left-{seed}"
        left.write_bytes(b"x")
        if is_old:
            age(stray)
            age(left)
    work = spool_folder() / "left-work"
    work.mkdir()
    (work / "page").write_bytes(b"x")
    age(work)
    assert collect_blobs() == 3
    assert [p.name[:3] for p in spool_folder().iterdir()] == ["lef"]
    assert len(default_storage.listdir(f"{project.id}/ab")[1]) == 1


def test_erasing_a_document_removes_rows_and_files_and_leaves_a_tombstone(
    cast: People, project: Project, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    document = receive_document(
        actor=cast["gerente"], project=project, stream=io.BytesIO(make_image(1)), filename="a.png"
    ).document
    drain("cpu")
    with django_capture_on_commit_callbacks(execute=True):
        erase_document(actor=cast["gerente"], document=document)
    assert not Document.objects.exists()
    assert not Page.objects.exists()
    assert not Blob.objects.exists()
    root = Path(default_storage.path(""))
    assert not [path for path in root.rglob("*") if path.is_file()]
    assert Event.objects.get(verb="document.erased").noun_id == str(document.id)


def repeatedly(act: Callable[[int], object]) -> None:
    try:
        for turn in range(25):
            act(turn)
    finally:
        connection.close()


def test_a_page_that_people_worked_on_is_erased_with_all_its_text(
    cast: People, project: Project
) -> None:
    page = make_open_page(project)
    version = project.fields_versions.get().number
    writing = Writing(
        content=PageContent(text="Certidão lavrada"),
        fields_version=version,
        base_prediction_id=page.current_prediction_id,
    )
    submitted = submit(actor=cast["revisora"], page=page, version=0, writing=writing)
    judged = give_verdict(
        actor=cast["aprovadora"],
        page=submitted,
        version=submitted.version,
        decision="send_back",
        comment="de novo",
    )
    save_draft(actor=cast["revisora"], page=judged, version=None, writing=writing)
    erase_document(actor=cast["gerente"], document=page.document)
    for model in (Document, Page, PageText, Prediction, PredictionBody, Revision, Verdict, Draft):
        assert not model.objects.exists(), model
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.all().delete()


@pytest.fixture
def collection(transactional_db: None, system_users: Callable[[], None]) -> tuple[User, Project]:
    system_users()
    user = User.objects.create_user(username="gerente")
    return user, create_project(actor=user, slug="acervo", name="Acervo")


def test_the_janitor_cannot_race_an_upload(
    collection: tuple[User, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 7: unreferenced bytes that are being uploaded again keep their row and file."""
    user, project = collection
    store(project, 1)
    stored, may_go_on = threading.Event(), threading.Event()
    kept = receiving.keep

    def keep_and_pause(**arguments: object) -> Blob:
        blob = kept(**arguments)  # type: ignore[arg-type]
        stored.set()
        assert may_go_on.wait(10)
        return blob

    monkeypatch.setattr(receiving, "keep", keep_and_pause)

    def upload() -> None:
        try:
            receive_document(
                actor=user, project=project, stream=io.BytesIO(make_image(1)), filename="a.png"
            )
        finally:
            connection.close()

    thread = threading.Thread(target=upload)
    thread.start()
    assert stored.wait(10)
    collect_blobs(grace=AT_ONCE)
    may_go_on.set()
    thread.join()
    document = Document.objects.select_related("blob").get()
    assert default_storage.exists(document.blob.key)
    assert collect_blobs(grace=AT_ONCE) == 0


def test_uploads_and_janitors_at_once_never_lose_a_file(
    collection: tuple[User, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    user, project = collection
    # Without a grace, files on their way in would count as left behind.
    monkeypatch.setattr(janitor, "_collect_spool", lambda _: 0)

    def upload(turn: int) -> None:
        receive_document(
            actor=user,
            project=project,
            stream=io.BytesIO(make_image(turn % 5)),
            filename="a.png",
        )

    def withdraw(turn: int) -> None:
        found = Document.objects.filter(project=project).first()
        if found is not None and turn % 2:
            erase_document(actor=user, document=found)

    acts = (upload, upload, withdraw, lambda _: collect_blobs(grace=AT_ONCE))
    with ThreadPoolExecutor(len(acts)) as pool:
        for finished in [pool.submit(repeatedly, act) for act in acts]:
            finished.result()
    for document in Document.objects.select_related("blob"):
        assert default_storage.exists(document.blob.key)


def test_one_external_id_sent_at_once_is_one_document(collection: tuple[User, Project]) -> None:
    user, project = collection
    barrier, answers = threading.Barrier(8), []

    def upload() -> None:
        try:
            barrier.wait()
            answers.append(
                receive_document(
                    actor=user,
                    project=project,
                    stream=io.BytesIO(make_image(1)),
                    filename="a.png",
                    external_id="A-1",
                )
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert sum(answer.created for answer in answers) == 1
    assert Document.objects.count() == 1
