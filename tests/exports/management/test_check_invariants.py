"""`check_invariants`: silent on balanced books, and each fault that is made on purpose is found."""

import io
import shutil
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from rows import make_engine, make_open_page

from annotations import ports
from annotations.models import (
    DecodeJob,
    Document,
    Engine,
    Event,
    FiguresJob,
    Page,
    PrelabelJob,
    Project,
    SplitAssignment,
)
from exports.actions.assembly import place_of
from exports.models import BuildJob, Evaluation, Release

Approve = Callable[..., Page]
Build = Callable[..., Release]


def findings() -> list[str]:
    out = io.StringIO()
    try:
        call_command("check_invariants", stdout=out)
    except CommandError:
        return out.getvalue().splitlines()
    assert "nothing found" in out.getvalue()
    return []


def names() -> set[str]:
    return {line.partition(":")[0] for line in findings()}


@pytest.fixture
def books(approve: Approve, release: Build, project: Project) -> Page:
    """Return an approved, released page, with an open one beside it."""
    page = approve(1)
    make_open_page(project, 2)
    release()
    return page


def test_balanced_books_give_no_finding(books: Page) -> None:
    assert findings() == []


def test_a_finding_is_exit_status_1(books: Page) -> None:
    lose_page(books)
    with pytest.raises(CommandError) as ended:
        call_command("check_invariants", stdout=io.StringIO())
    assert ended.value.returncode == 1


def test_an_empty_installation_is_balanced(db: None) -> None:
    assert findings() == []


def test_json_tells_how_many_questions_were_asked(db: None) -> None:
    out = io.StringIO()
    call_command("check_invariants", "--json", stdout=out)
    assert out.getvalue().strip() == f'{{"checks": {len(ports.invariants())}, "findings": []}}'


def erasing() -> None:
    """Let the append-only rows be broken, as a fault of the software would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ocrlab.erasure = 'on'")


def lose_prediction(page: Page) -> None:
    Page.objects.update(current_prediction=None)


def wrong_version(page: Page) -> None:
    Page.objects.filter(id=page.id).update(version=F("version") + 1)


def lose_split(page: Page) -> None:
    erasing()
    SplitAssignment.objects.all().delete()


def lose_verdict(page: Page) -> None:
    page.verdicts.all().delete()


def lose_event(page: Page) -> None:
    erasing()
    Event.objects.filter(noun="page").update(data={})


def lose_figures_job(page: Page) -> None:
    FiguresJob.objects.all().delete()
    from annotations.models import RevisionFigures

    RevisionFigures.objects.all().delete()


def wait_for_nobody(page: Page) -> None:
    Page.objects.filter(state="open").update(prelabel_state="queued")


def done_without_answer(page: Page) -> None:
    PrelabelJob.objects.create(page=page, engine=make_engine(), state="done")


def lose_page(page: Page) -> None:
    Document.objects.update(page_count=2)


def split_by_nobody(page: Page) -> None:
    Document.objects.update(state="splitting")
    DecodeJob.objects.all().delete()


def lose_file(page: Page) -> None:
    assert page.image is not None
    default_storage.delete(page.image.key)


def other_image(page: Page) -> None:
    Page.objects.filter(id=page.id).update(image_sha256="0" * 64)


def forget_head(page: Page) -> None:
    Page.objects.filter(id=page.id).update(state="open", head_revision=None)


def lapse_unswept(page: Page) -> None:
    DecodeJob.objects.create(
        document=page.document, state="running", leased_until="2020-01-01T00:00:00Z"
    )


def lose_items(page: Page) -> None:
    Release.objects.update(rows=2)


def lose_build(page: Page) -> None:
    Release.objects.update(state="building", sha256="")
    BuildJob.objects.all().delete()


def lose_directory(page: Page) -> None:
    shutil.rmtree(place_of(Release.objects.get()))


def forget_request(page: Page) -> None:
    erasing()
    Event.objects.filter(verb="release.requested").delete()


def evaluate_in_silence(page: Page) -> None:
    Evaluation.objects.create(
        engine=Engine.objects.all()[0],
        identity="i",
        rows_sha256="r",
        requested_by=Release.objects.get().requested_by,
    )


FAULTS = {
    lose_prediction: {"current_prediction"},
    wrong_version: {"page_version"},
    lose_split: {"page_split"},
    lose_verdict: {"approved_page"},
    lose_event: {"revision_event"},
    lose_figures_job: {"revision_figures"},
    wait_for_nobody: {"prelabel_waits"},
    done_without_answer: {"prelabel_done"},
    lose_page: {"document_pages"},
    split_by_nobody: {"document_waits"},
    lose_file: {"blob_file"},
    other_image: {"page_image"},
    forget_head: {"head_revision"},
    lapse_unswept: {"unswept_lease"},
    lose_items: {"release_items"},
    lose_build: {"release_waits"},
    lose_directory: {"release_directory"},
    forget_request: {"release_event"},
    evaluate_in_silence: {"evaluation_event"},
}


@pytest.mark.parametrize(
    ("fault", "found"), FAULTS.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_every_fault_is_found(fault: Callable[[Page], None], found: set[str], books: Page) -> None:
    fault(books)
    assert names() == found
