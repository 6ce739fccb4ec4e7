"""Administration: what the project asks for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotations.errors import Invalid
from annotations.people.projects import ProjectChanges, update_project
from annotations.states import Role
from annotations.web.door import project_at, surface
from annotations.web.fields_form import field_rows, read_rows
from annotations.web.members import administration

UNPROCESSABLE = 422


@require_POST
@surface
def project_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Change name, time zone, review policy and guideline."""
    place = project_at(request, slug, Role.MANAGER)
    posted = request.POST
    changes = ProjectChanges(
        name=posted.get("name"),
        time_zone=posted.get("time_zone"),
        review_policy=posted.get("review_policy"),
        guidelines=posted.get("guidelines", "").replace("\r\n", "\n"),
    )
    try:
        update_project(actor=place.caller.user, project=place.project, changes=changes)
    except Invalid as error:
        # The typed text comes back with the refusal.
        typed = {"rules_error": error.detail, "typed": posted}
        context = administration(place, **typed)
        return render(request, "annotations/members.html", context, status=UNPROCESSABLE)
    messages.success(request, _("Saved."))
    return redirect("members", slug)


@require_POST
@surface
def project_fields(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a new version of the fields; older work keeps the version it was done under."""
    place = project_at(request, slug, Role.MANAGER)
    rows = read_rows(request.POST)
    try:
        changes = ProjectChanges(fields=rows)
        update_project(actor=place.caller.user, project=place.project, changes=changes)
    except Invalid as error:
        typed = {"fields_error": error.detail, "field_rows": field_rows(rows)}
        context = administration(place, **typed)
        return render(request, "annotations/members.html", context, status=UNPROCESSABLE)
    messages.success(request, _("Saved."))
    return redirect("members", slug)
