"""One's own password, and the people of the installation for its staff."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.errors import Conflict, Invalid, NotFound
from annotations.models import User
from annotations.people.accounts import (
    change_password,
    create_person,
    reset_password,
    set_active,
)
from annotations.web.door import person, surface

PEOPLE_SHOWN = 500


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
@surface
def password(request: HttpRequest) -> HttpResponse:
    """Show the form for a new password, or keep it."""
    if request.method == "GET":
        return render(request, "annotations/password.html")
    old, new = request.POST.get("old", ""), request.POST.get("new", "")
    try:
        _require_same(new, request.POST.get("again", ""))
        user = change_password(actor=person(request), old=old, new=new)
    except Invalid as error:
        context = {"refusal": error.detail}
        return render(request, "annotations/password.html", context, status=error.status)
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password was changed."))
    return redirect("projects")


@require_safe
@surface
def people(request: HttpRequest) -> HttpResponse:
    """Show the people of the installation to its staff."""
    _staff(request)
    return _people(request)


@require_POST
@never_cache
@surface
def person_create(request: HttpRequest) -> HttpResponse:
    """Create an account; its first password is on this answer alone."""
    username, name = request.POST.get("username", "").strip(), request.POST.get("name", "")
    try:
        user, secret = create_person(actor=_staff(request), username=username, name=name)
    except (Invalid, Conflict) as error:
        refused = {"refusal": error.detail, "username": username, "name": name}
        return _people(request, status=error.status, **refused)
    return _people(request, secret=secret, of=user.username)


@require_POST
@never_cache
@surface
def person_reset(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a person a new first password, shown on this answer alone."""
    staff, user = _staff(request), _person(key)
    secret = reset_password(actor=staff, user=user)
    return _people(request, secret=secret, of=user.username)


@require_POST
@surface
def person_active(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    staff, user = _staff(request), _person(key)
    set_active(actor=staff, user=user, active=request.POST.get("active") == "yes")
    messages.success(request, _("Saved."))
    return redirect("people")


def _require_same(new: str, again: str) -> None:
    if new != again:
        raise Invalid(_("The new password was typed in two ways."))


def _staff(request: HttpRequest) -> User:
    found = person(request)
    if not found.is_staff:
        raise PermissionDenied(_("Only the installation's staff looks after accounts."))
    return found


def _person(key: UUID) -> User:
    user = User.objects.filter(id=key, is_system=False).first()
    if user is None:
        raise NotFound(_("Not found."))
    return user


def _people(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    found = User.objects.filter(is_system=False).order_by("-is_active", "username")
    context = {"people": found[:PEOPLE_SHOWN], "me": request.user, **more}
    return render(request, "annotations/people.html", context, status=status)
