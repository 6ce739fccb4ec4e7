"""Asking for a release, giving it up, taking it back."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from annotations.errors import Invalid
from annotations.jobs import ring
from annotations.models import Event, Project, User
from annotations.states import LIVE_JOB_STATES, JobState, ReleaseState
from exports.actions.assembly import place_of
from exports.formats.directory import discard
from exports.formats.target_style import CANONICAL, TargetStyleError, parse_style
from exports.models import BuildJob, Release
from exports.models.release import REASON_LENGTH
from exports.samples.snapshot import take_snapshot
from exports.types import ReleaseOptions

CONFIGS = ("raw", "sft")
FORMATS = ("parquet",)
REDACTIONS = ("none",)
QUEUE = "cpu"


class NothingApproved(Invalid):
    """No page of the project can go into a release yet."""

    code = "nothing_approved"


def read_options(
    *,
    configs: Sequence[str] = CONFIGS,
    file_format: str = FORMATS[0],
    redact: str = REDACTIONS[0],
    target_style: str = "auto",
) -> ReleaseOptions:
    """Return options that can be built. Raises `Invalid` naming each member at fault."""
    errors = {
        "configs": _unknown(configs or [""], CONFIGS),
        "format": _unknown([file_format], FORMATS),
        "redact": _unknown([redact], REDACTIONS),
        "target_style": _style_errors(target_style),
    }
    errors = {member: messages for member, messages in errors.items() if messages}
    if errors:
        message = " ".join(f"{member}: {'; '.join(said)}" for member, said in errors.items())
        raise Invalid(message, errors=errors)
    asked_for = tuple(name for name in CONFIGS if name in configs)
    return ReleaseOptions(asked_for, file_format, redact, target_style)


@transaction.atomic
def request_release(
    *, actor: User, project: Project, options: ReleaseOptions, reason: str = ""
) -> Release:
    """Take a snapshot of the approved pages and ask for its build.

    Raises `NothingApproved` when the snapshot would be empty: no number is used up then.
    """
    if len(reason) > REASON_LENGTH or "\0" in reason:
        message = _("Text of at most %(n)d characters.") % {"n": REASON_LENGTH}
        raise Invalid(message, errors={"reason": [message]})
    # One request at a time: numbers go up by one and are never used twice.
    Project.objects.select_for_update(no_key=True).get(id=project.id)
    newest = Release.objects.filter(project=project).aggregate(number=Max("number"))["number"]
    release = Release.objects.create(
        project=project,
        number=(newest or 0) + 1,
        options=options.to_json(),
        requested_by=actor,
        reason=reason.strip(),
    )
    rows, left_out = take_snapshot(release)
    if not rows:
        raise NothingApproved(
            _("No page is approved yet. Correct and approve pages, then ask again."),
            left_out=left_out,
        )
    Release.objects.filter(id=release.id).update(rows=rows, left_out=left_out)
    BuildJob.objects.create(release=release, queue=QUEUE)
    ring(QUEUE)
    Event.objects.record(
        actor=actor, verb="release.requested", row=release, project=project, rows=rows
    )
    return Release.objects.select_related("project", "requested_by").get(id=release.id)


@transaction.atomic
def cancel_release(*, actor: User, release: Release) -> Release:
    """Give up a release that is waiting or being built. Raises `WrongReleaseState`."""
    Release.objects.move(release.id, ReleaseState.CANCELLED, finished_at=Now())
    live = BuildJob.objects.filter(release=release, state__in=LIVE_JOB_STATES)
    live.update(state=JobState.CANCELLED.value, leased_until=None, finished_at=Now())
    Event.objects.record(
        actor=actor, verb="release.cancelled", row=release, project=release.project
    )
    transaction.on_commit(lambda: discard(place_of(release)))
    return Release.objects.select_related("project", "requested_by").get(id=release.id)


@transaction.atomic
def withdraw_release(*, actor: User, release: Release) -> Release:
    """Stop offering a ready release. Raises `WrongReleaseState`."""
    Release.objects.move(release.id, ReleaseState.WITHDRAWN)
    Event.objects.record(
        actor=actor, verb="release.withdrawn", row=release, project=release.project
    )
    return Release.objects.select_related("project", "requested_by").get(id=release.id)


def _unknown(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    return [
        _("“%(value)s” cannot be made; this version makes: %(known)s.")
        % {"value": value, "known": ", ".join(known)}
        for value in asked
        if value not in known
    ]


def _style_errors(target_style: str) -> list[str]:
    try:
        if target_style != "auto":
            parse_style(target_style)
    except TargetStyleError:
        said = _("“%(value)s” is no style. Use auto, canonical, or parts such as %(example)s.")
        return [said % {"value": target_style, "example": CANONICAL}]
    return []
