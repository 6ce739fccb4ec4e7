"""Putting an engine to work in a project."""

import re
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations import access
from annotations.access import Caller
from annotations.errors import Invalid, NotFound
from annotations.models import Engine, Project
from annotations.prelabel.engines import use_engine
from annotations.prelabel.runs import cancel_run, run_progress, start_run
from annotations.states import Role
from annotations.web.door import back, enter, person, project_at, surface

AMOUNT: Final = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")


@require_POST
@surface
def run_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Let an engine read pages of the project."""
    place = project_at(request, slug, Role.MANAGER)
    engine = _engine(place.project, request.POST.get("engine", ""))
    only = request.POST.get("only", "missing")
    run = start_run(actor=place.caller.user, project=place.project, engine=engine, only=only)
    queued = sum(run_progress(run)["counts"].values())
    if not queued:
        messages.info(request, _("There is no such page to read: nothing was started."))
    return back(request)


@require_POST
@surface
def run_cancel(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Interrupt a run; what was read stays."""
    run = access.run(Caller(person(request)), key)
    place = enter(request, run.project, Role.MANAGER)
    if run.project.slug != slug:
        raise NotFound
    cancel_run(actor=place.caller.user, run=run)
    messages.success(request, _("The run was interrupted. What was read so far stays."))
    return back(request)


@require_POST
@surface
def engine_use(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the project use one of the installation's engines."""
    place = project_at(request, slug, Role.MANAGER)
    key = _uuid(request.POST.get("engine", ""))
    engine = Engine.objects.filter(id=key).first() if key else None
    if engine is None:
        raise Invalid(_("Choose an engine."))
    use_engine(
        actor=place.caller.user,
        project=place.project,
        engine=engine,
        order=place.project.project_engines.count(),
        consent=request.POST.get("consent") == "on",
        daily_budget=_budget(request.POST.get("daily_budget", "")),
    )
    return redirect("engines", slug)


def _budget(text: str) -> Decimal | None:
    """Return an amount of money, None for no limit. Raises Invalid."""
    if not text.strip():
        return None
    if not AMOUNT.fullmatch(text.strip()):
        message = _("Give the budget as an amount, such as 25.00.")
        raise Invalid(message, errors={"daily_budget": [message]})
    return Decimal(text.strip())


def _engine(project: Project, key: str) -> Engine:
    used = project.project_engines.filter(engine=_uuid(key)).select_related("engine").first()
    if used is None:
        raise Invalid(_("Choose one of the project's engines."))
    return used.engine


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
