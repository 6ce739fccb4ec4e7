"""The job that builds a release."""

import shutil
import time
from collections.abc import Sequence

from django.db.models.functions import Now

from annotations.jobs import JobKind, LeaseLost, fail, finishing, register
from annotations.states import ReleaseState
from exports.actions.assembly import Advance, assemble, directory_of, place_of
from exports.formats.directory import discard
from exports.models import BuildJob, Release
from exports.models.release import WrongReleaseState
from exports.samples.plan import PageGoneError

ADVANCE_S = 1.0  # how often a build notes how far it is and learns that it was cancelled
BUILD_LIMIT_S = 4 * 3600  # a longer build is taken up again by whoever comes next


def register_build() -> None:
    """Make builds known to every worker."""
    register(JobKind("build", BuildJob, run=run_builds, limit_s=BUILD_LIMIT_S, ended=builds_ended))


def run_builds(jobs: Sequence[BuildJob]) -> None:
    """Build the release of each job and make it ready."""
    for job in jobs:
        release = Release.objects.select_related("project").get(id=job.release_id)
        waiting = Release.objects.filter(id=release.id, state=ReleaseState.QUEUED.value)
        waiting.update(state=ReleaseState.BUILDING.value, started_at=Now())
        try:
            _build(job, release)
        finally:
            _leave_nothing_of_a_cancelled(release)


def _build(job: BuildJob, release: Release) -> None:
    try:
        sha256 = assemble(release, advance=_advance(job))
    except PageGoneError as error:
        fail(job, code="page_gone", detail=str(error))
        return
    with finishing(job):
        Release.objects.move(
            release.id,
            ReleaseState.READY,
            sha256=sha256,
            directory=directory_of(release),
            finished_at=Now(),
        )


def _leave_nothing_of_a_cancelled(release: Release) -> None:
    """Remove what this attempt wrote after somebody gave the release up."""
    if Release.objects.filter(id=release.id, state=ReleaseState.CANCELLED.value).exists():
        discard(place_of(release))
        shutil.rmtree(place_of(release), ignore_errors=True)


def builds_ended(jobs: Sequence[BuildJob]) -> None:
    """Tell on the release that its build has failed for good; runs inside the job's transaction."""
    for job in jobs:
        release = Release.objects.get(id=job.release_id)
        try:
            Release.objects.move(
                release.id,
                ReleaseState.FAILED,
                error_code=job.error_code or "build_failed",
                error_detail=job.error_detail,
                finished_at=Now(),
            )
        except WrongReleaseState:
            continue  # cancelled meanwhile: nobody waits for it
        discard(place_of(release))


def _advance(job: BuildJob) -> Advance:
    """Return a function that notes the position reached; it raises LeaseLost when told to stop."""
    noted_at = 0.0

    def advance(position: int) -> None:
        nonlocal noted_at
        now = time.monotonic()
        if now < noted_at + ADVANCE_S:
            return
        noted_at = now
        if not BuildJob.objects.advance(job.pk, job.token, position):
            raise LeaseLost(f"Build {job.pk} is no longer held by this worker")

    return advance
