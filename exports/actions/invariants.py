"""What has to be true of releases and evaluations at any moment."""

import json
from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef

from annotations import ports
from annotations.models import Event
from annotations.states import LIVE_JOB_STATES, ReleaseState
from exports.actions.assembly import place_of
from exports.formats.directory import read_manifest
from exports.models import BuildJob, Evaluation, Release

ON_THE_WAY = (ReleaseState.QUEUED.value, ReleaseState.BUILDING.value)


def register_invariants() -> None:
    """Hand these questions to the registry that `check_invariants` asks."""
    ports.add_invariant("release_items", _snapshots_that_lost_items)
    ports.add_invariant("release_waits", _builds_nobody_will_run)
    ports.add_invariant("release_directory", _directories_that_differ)
    ports.add_invariant("release_event", _releases_without_event)
    ports.add_invariant("evaluation_event", _evaluations_without_event)


def _snapshots_that_lost_items() -> Iterator[str]:
    counted = Release.objects.annotate(n=Count("items"), last=Max("items__position"))
    for release in counted.exclude(n=F("rows"), last=F("rows") - 1):
        yield f"release {release.id} has not the {release.rows} items it was cut with"


def _builds_nobody_will_run() -> Iterator[str]:
    live = BuildJob.objects.filter(release=OuterRef("id"), state__in=LIVE_JOB_STATES)
    found = Release.objects.values_list("id", "state", Exists(live))
    for release_id, state, lives in found:
        if lives != (state in ON_THE_WAY):
            yield f"release {release_id} is {state} and its build does not say so"


def _directories_that_differ() -> Iterator[str]:
    for release in Release.objects.filter(state=ReleaseState.READY.value):
        try:
            digest = read_manifest(place_of(release))["sha256"]
        except (OSError, json.JSONDecodeError, KeyError):
            yield f"release {release.id} is ready without its directory"
            continue
        if digest != release.sha256:
            yield f"release {release.id} has a directory of other data"


def _releases_without_event() -> Iterator[str]:
    known = set(Event.objects.filter(verb="release.requested").values_list("noun_id", flat=True))
    for release in Release.objects.all():
        if str(release.id) not in known:
            yield f"release {release.id} has no event"


def _evaluations_without_event() -> Iterator[str]:
    known = set(Event.objects.filter(verb="evaluation.begun").values_list("noun_id", flat=True))
    for evaluation_id in Evaluation.objects.values_list("id", flat=True):
        if str(evaluation_id) not in known:
            yield f"evaluation {evaluation_id} has no event"
