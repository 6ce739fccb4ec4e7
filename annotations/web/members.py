"""Administration: who belongs to the project, and the keys of their programs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.errors import Invalid, NotFound
from annotations.models import ApiToken, Membership, User
from annotations.models.people import RoleChoices
from annotations.models.project import ReviewPolicyChoices
from annotations.people.members import remove_member, set_member
from annotations.people.projects import current_fields, current_guideline
from annotations.people.tokens import create_token, revoke_token
from annotations.states import Role, Scope
from annotations.web.door import Place, project_at, surface
from annotations.web.fields_form import field_rows, field_types
from annotations.web.moments import say_moment

TOKEN_DAYS = (30, 90, 365)


@require_safe
@surface
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Show members, tokens and what the project asks for."""
    place = project_at(request, slug, Role.MANAGER)
    return render(request, "annotations/members.html", administration(place))


def administration(place: Place, **more: Any) -> dict[str, Any]:
    """Return what the administration page shows; `more` goes over it."""
    fields = current_fields(place.project)
    guideline = current_guideline(place.project)
    members = Membership.objects.filter(project=place.project).select_related("user")
    tokens = ApiToken.objects.live(timezone.now()).filter(project=place.project)
    tokens = tokens.select_related("user").order_by("-created_at")
    return place.shell("members") | {
        "members": members.order_by("user__username"),
        "roles": RoleChoices.choices,
        "tokens": [
            _token(token) for token in tokens.select_related("user").order_by("-created_at")
        ],
        "scopes": _scopes(),
        "days": TOKEN_DAYS,
        "fields_version": fields.number,
        "field_rows": field_rows(fields.schema),
        "field_types": field_types(),
        "guideline": guideline,
        "policies": ReviewPolicyChoices.choices,
        "me": place.caller.user,
        **more,
    }


@require_POST
@surface
def member_set(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a member or change a role."""
    place = project_at(request, slug, Role.MANAGER)
    user = User.objects.filter(username=request.POST.get("username", "")).first()
    if user is None:
        raise Invalid(
            _("There is no user of this name. The staff of the installation creates accounts.")
        )
    role = request.POST.get("role", "")
    set_member(actor=place.caller.user, project=place.project, user=user, role=role)
    messages.success(request, _("Saved."))
    return redirect("members", slug)


@require_POST
@surface
def member_remove(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Take a member out of the project."""
    place = project_at(request, slug, Role.MANAGER)
    user = User.objects.filter(id=key, memberships__project=place.project).first()
    if user is None:
        raise NotFound(_("This person is not a member."))
    remove_member(actor=place.caller.user, project=place.project, user=user)
    if user == place.caller.user:
        return redirect("projects")
    messages.success(request, _("The member was removed. Their work stays."))
    return redirect("members", slug)


@require_POST
@never_cache
@surface
def token_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Create a token of one's own for this project; its secret is on this answer alone."""
    place = project_at(request, slug, Role.MANAGER)
    days = request.POST.get("days", "")
    if days not in {str(choice) for choice in TOKEN_DAYS}:
        raise Invalid(_("Choose how long the token lives."))
    _row, secret = create_token(
        actor=place.caller.user,
        user=place.caller.user,
        scopes=request.POST.getlist("scopes"),
        project=place.project,
        expires_at=timezone.now() + timedelta(days=int(days)),
    )
    return render(request, "annotations/members.html", administration(place, secret=secret))


@require_POST
@surface
def token_revoke(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """End a token of this project."""
    place = project_at(request, slug, Role.MANAGER)
    token = ApiToken.objects.filter(id=key, project=place.project).first()
    if token is None:
        raise NotFound(_("Not found."))
    revoke_token(actor=place.caller.user, token=token)
    messages.success(request, _("The token no longer works."))
    return redirect("members", slug)


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "row": token,
        "created": say_moment(token.created_at),
        "used": say_moment(token.last_used_at) if token.last_used_at else "",
    }


def _scopes() -> list[tuple[str, str]]:
    return [
        (Scope.READ, _("read pages, texts and figures")),
        (Scope.ANNOTATE, _("draft, submit and judge")),
        (Scope.INGEST, _("send documents")),
        (Scope.EXPORT, _("build and download releases")),
        (Scope.ADMIN, _("members, engines and settings")),
    ]
