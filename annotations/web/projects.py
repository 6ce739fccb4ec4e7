"""The projects a person belongs to."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import access
from annotations.access import Caller
from annotations.errors import Forbidden, Invalid
from annotations.models import Page
from annotations.people.projects import SlugTaken, create_project
from annotations.states import PageState
from annotations.web.door import person, surface


@require_safe
@surface
def projects(request: HttpRequest) -> HttpResponse:
    """List the person's projects with how far each is."""
    return _projects(request)


def _projects(request: HttpRequest, status: int = 200, **more: str) -> HttpResponse:
    caller = Caller(person(request))
    rows = list(access.projects_of(caller).order_by("name"))
    counted = (
        Page.objects.filter(project__in=rows)
        .values("project")
        .annotate(
            total=Count("id", filter=~Q(state=PageState.EXCLUDED)),
            approved=Count("id", filter=Q(state=PageState.APPROVED)),
            open=Count("id", filter=Q(state=PageState.OPEN)),
            corrected=Count("id", filter=Q(state=PageState.CORRECTED)),
        )
        .order_by()
    )
    counts = {row["project"]: row for row in counted}
    context = {
        "rows": [{"project": row, "counts": counts.get(row.id)} for row in rows],
        "may_found": _may_found(caller),
        **more,
    }
    return render(request, "annotations/projects.html", context, status=status)


def _may_found(caller: Caller) -> bool:
    try:
        access.require_founder(caller)
    except Forbidden:
        return False
    return True


@require_POST
@surface
def project_create(request: HttpRequest) -> HttpResponse:
    """Create a project and go to it; a refusal keeps what was typed."""
    caller = Caller(person(request))
    access.require_founder(caller)
    name, slug = request.POST.get("name", ""), request.POST.get("slug", "")
    try:
        create_project(actor=caller.user, slug=slug, name=name)
    except (Invalid, SlugTaken) as error:
        refused = {"refusal": error.detail, "name": name, "slug": slug}
        return _projects(request, status=error.status, **refused)
    return redirect("documents", slug)


@require_safe
@surface
def project_menu(request: HttpRequest) -> HttpResponse:
    """List the person's projects for the bar's menu."""
    caller = Caller(person(request))
    context = {
        "rows": access.projects_of(caller).order_by("name"),
        "here": request.GET.get("here", ""),
    }
    return render(request, "annotations/_project_menu.html", context)
