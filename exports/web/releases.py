"""The releases page, and each release's own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotations.errors import Invalid
from annotations.models import Project
from annotations.states import ReleaseState, Role
from annotations.web.door import Place, back, project_at, surface
from annotations.web.moments import say_moment
from exports.actions import (
    CONFIGS,
    cancel_release,
    read_options,
    request_release,
    withdraw_release,
)
from exports.models import Release
from exports.samples.lookup import release_at, releases_of
from exports.samples.snapshot import contents_of, preview
from exports.web.contents import (
    ON_THE_WAY,
    card_facts,
    config_rows,
    left_out_rows,
    sample_rows,
    steps,
    time_left,
)

RELEASES_SHOWN = 50
SECTION = "releases"


@require_safe
@surface
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a release would hold now, and the releases there are."""
    place = project_at(request, slug)
    would = preview(place.project)
    context = place.shell(SECTION) | {
        "would": would,
        "config_rows": config_rows(would, CONFIGS),
        "left_out": left_out_rows(would.left_out),
        "left_out_total": sum(would.left_out.values()),
        "past": _past(place.project),
    }
    return render(request, "exports/releases.html", context)


@require_POST
@surface
def release_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Cut a release."""
    place = project_at(request, slug, Role.MANAGER)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Invalid(_("Say what this release is for. It holds personal data as it stands."))
    options = read_options(
        configs=request.POST.getlist("configs"),
        target_style=request.POST.get("target_style", "auto"),
    )
    release = request_release(
        actor=place.caller.user, project=place.project, options=options, reason=reason
    )
    return redirect("release", slug, release.number)


@require_safe
@surface
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one release: how far it is, what is in it, what is not."""
    place = project_at(request, slug)
    found = release_at(place.project, number)
    contents, before = contents_of(found), _before(found)
    context = _build(place, found) | {
        "config_rows": config_rows(
            contents, found.configs, contents_of(before) if before is not None else None
        ),
        "before": before,
        "left_out": left_out_rows(found.left_out),
        "left_out_total": sum(found.left_out.values()),
        "card": card_facts(found),
        "samples": sample_rows(found),
        "past": [row for row in _past(place.project) if row["release"].number != number],
    }
    return render(request, "exports/release.html", context)


@require_safe
@surface
def release_build(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show how far a build is; asked for every two seconds. The end reloads the page."""
    place = project_at(request, slug)
    found = release_at(place.project, number)
    response = render(request, "exports/_build.html", _build(place, found))
    if found.state not in ON_THE_WAY:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@surface
def release_cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give up a release that is waiting or being built."""
    place = project_at(request, slug, Role.MANAGER)
    cancel_release(actor=place.caller.user, release=release_at(place.project, number))
    messages.success(request, _("The build was interrupted. Its number is not used again."))
    return back(request)


@require_POST
@surface
def release_withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Stop offering a ready release."""
    place = project_at(request, slug, Role.MANAGER)
    withdraw_release(actor=place.caller.user, release=release_at(place.project, number))
    messages.success(request, _("The release was withdrawn. It can no longer be downloaded."))
    return back(request)


def _build(place: Place, found: Release) -> dict[str, Any]:
    written = getattr(found, "written", None) or 0
    return place.shell(SECTION) | {
        "release": found,
        "on_the_way": found.state in ON_THE_WAY,
        "ready": found.state == ReleaseState.READY.value,
        "steps": steps(found, written),
        "written": written,
        "time_left": time_left(found, written),
        "asked": say_moment(found.created_at),
    }


def _before(found: Release) -> Release | None:
    """Return the newest ready release before this one: what a change is measured against."""
    ready = Release.objects.filter(project=found.project_id, state=ReleaseState.READY.value)
    return ready.filter(number__lt=found.number).newest_first().first()


def _past(project: Project) -> list[dict[str, Any]]:
    rows = releases_of(project)[:RELEASES_SHOWN]
    return [{"release": row, "asked": say_moment(row.created_at)} for row in rows]
