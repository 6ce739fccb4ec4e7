"""What an erasure takes along: unpublished releases with the document, answers to its pages."""

import shutil
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from annotations.models import Page
from annotations.states import LIVE_JOB_STATES, JobState, ReleaseState
from exports.actions.assembly import place_of
from exports.formats.directory import discard
from exports.models import BuildJob, EvaluationItem, Release, ReleaseItem

ON_THE_WAY = (ReleaseState.QUEUED.value, ReleaseState.BUILDING.value)


def forget_documents(document_ids: Sequence[UUID]) -> None:
    """Withdraw the releases that hold these documents, remove their files, scrub their items.

    What engines answered to the same images goes too, whichever data set they stood in: a later
    benchmark asks again where it still has the image.

    Runs inside the transaction that erases the documents, while their pages are still there.
    """
    found = Page.objects.filter(document__in=document_ids).exclude(image_sha256="")
    images = list(found.values_list("image_sha256", flat=True))
    pages = list(Page.objects.filter(document__in=document_ids).values_list("id", flat=True))
    items = ReleaseItem.objects.filter(page_id__in=pages)
    held = list(Release.objects.filter(id__in=items.values("release")))
    _withdraw([release.id for release in held])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ocrlab.erasure', 'on', true)")
        items.update(group_key="", kind="", license="")
        EvaluationItem.objects.filter(image_sha256__in=images).delete()
        cursor.execute("SELECT set_config('ocrlab.erasure', 'off', true)")
    transaction.on_commit(lambda: _remove(held))


def _withdraw(release_ids: Sequence[UUID]) -> None:
    releases = Release.objects.filter(id__in=release_ids)
    live = BuildJob.objects.filter(release__in=release_ids, state__in=LIVE_JOB_STATES)
    live.update(state=JobState.CANCELLED.value, leased_until=None, finished_at=Now())
    releases.filter(state__in=ON_THE_WAY).update(
        state=ReleaseState.CANCELLED.value, finished_at=Now()
    )
    releases.filter(state=ReleaseState.READY.value).update(state=ReleaseState.WITHDRAWN.value)


def _remove(releases: Sequence[Release]) -> None:
    for release in releases:
        discard(place_of(release))
        shutil.rmtree(place_of(release), ignore_errors=True)
