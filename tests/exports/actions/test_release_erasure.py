"""An erased document is in no release that could still be downloaded."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import TestCase

from annotations.ingest.change import erase_document
from annotations.models import Page, Project, User
from exports.actions import read_options, request_release
from exports.actions.assembly import place_of
from exports.formats.directory import partial_folder
from exports.models import BuildJob, Evaluation, EvaluationItem, Release, ReleaseItem
from tests.rows import make_engine

Approve = Callable[..., Page]
Build = Callable[..., Release]


@pytest.fixture
def erase(cast: dict[str, User]) -> Callable[[Page], None]:
    def erase(page: Page) -> None:
        with TestCase.captureOnCommitCallbacks(execute=True):
            erase_document(actor=cast["gerente"], document=page.document)

    return erase


def test_a_release_that_holds_an_erased_document_is_withdrawn_with_its_files(
    approve: Approve, release: Build, erase: Callable[[Page], None]
) -> None:
    kept = approve(1)
    before = release()
    gone = approve(2, group_key="Maria da Silva")
    after = release()
    erase(gone)
    before.refresh_from_db()
    after.refresh_from_db()
    assert (before.state, after.state) == ("ready", "withdrawn")
    assert place_of(before).is_dir()
    assert not place_of(after).exists()
    assert not ReleaseItem.objects.filter(group_key="Maria da Silva").exists()
    assert ReleaseItem.objects.filter(page_id=kept.id).count() == 2
    call_command("check_invariants")


def test_a_release_on_its_way_is_cancelled(
    approve: Approve, project: Project, cast: dict[str, User], erase: Callable[[Page], None]
) -> None:
    page = approve(1)
    asked = request_release(actor=cast["gerente"], project=project, options=read_options())
    partial_folder(place_of(asked)).mkdir(parents=True)
    erase(page)
    asked.refresh_from_db()
    assert (asked.state, BuildJob.objects.get().state) == ("cancelled", "cancelled")
    assert not partial_folder(place_of(asked)).exists()


def test_what_engines_answered_to_an_erased_page_goes_too(
    approve: Approve, project: Project, cast: dict[str, User], erase: Callable[[Page], None]
) -> None:
    kept, gone = approve(1), approve(2)
    evaluation = Evaluation.objects.create(
        engine=make_engine(), identity="i", rows_sha256="r", requested_by=cast["gerente"]
    )
    for page in (kept, gone):
        EvaluationItem.objects.create(
            evaluation=evaluation,
            row_id=page.row_id(),
            image_sha256=page.image_sha256,
            raw="Maria",
        )
    erase(gone)
    assert EvaluationItem.objects.get().row_id == kept.row_id()
