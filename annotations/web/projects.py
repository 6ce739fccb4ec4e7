"""The projects a person belongs to."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import access
from annotations.access import Caller
from annotations.models import Page
from annotations.states import PageState
from annotations.web.door import person, surface


@require_safe
@surface
def projects(request: HttpRequest) -> HttpResponse:
    """List the person's projects with how far each is."""
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
    context = {"rows": [{"project": row, "counts": counts.get(row.id)} for row in rows]}
    return render(request, "annotations/projects.html", context)


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
