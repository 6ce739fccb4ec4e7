"""How a browser comes in: session, project, role, clock; and what it sees when it may not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from annotations import access
from annotations.access import Caller
from annotations.errors import DomainError, Forbidden, NotFound
from annotations.models import Project, User
from annotations.states import Role

UNAUTHORIZED = 401

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands: a project, and who asks in which role."""

    caller: Caller
    project: Project
    role: Role

    def may(self, wanted: Role) -> bool:
        """Tell whether the caller may do what `wanted` may do here."""
        return access.includes(self.role, wanted)

    def shell(self, section: str) -> dict[str, Any]:
        """Return what `base.html` needs to draw the bar around a project's page."""
        return {
            "project": self.project,
            "role": self.role,
            "section": section,
            "may_correct": self.may(Role.REVIEWER),
            "may_approve": self.may(Role.APPROVER),
            "may_manage": self.may(Role.MANAGER),
        }


def person(request: HttpRequest) -> User:
    """Return who is logged in; only for views behind `surface`."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def enter(request: HttpRequest, project: Project, wanted: Role = Role.VIEWER) -> Place:
    """Admit the caller to a project, and use its clock from here on."""
    caller = Caller(person(request))
    held = access.role_in(caller, project.id)
    if held is None:
        raise Http404
    if not access.includes(held, wanted):
        raise PermissionDenied
    timezone.activate(project.time_zone)
    return Place(caller, project, held)


def project_at(request: HttpRequest, slug: str, wanted: Role = Role.VIEWER) -> Place:
    """Admit the caller to the project of a URL."""
    found = Project.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return enter(request, found, wanted)


def surface(view: View[P]) -> View[P]:
    """Ask for a log-in; answer refusals as pages, or as a notice on the page one came from."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_the_door(request)
        # Leaves no project's clock behind for the thread's next request.
        with timezone.override(None):
            try:
                response = view(request, *args, **kwargs)
            except NotFound as error:
                raise Http404 from error
            except Forbidden as error:
                raise PermissionDenied(error.detail) from error
            except DomainError as error:
                if request.method == "GET":
                    raise
                messages.error(request, error.detail)
                return back(request)
        # Pages hold names and texts: no cache between here and the browser may keep them.
        patch_cache_control(response, private=True)
        return response

    return answer


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """Ask for a log-in; a part of a page that asks sends the whole page there."""
    if "HX-Request" in request.headers:
        response = HttpResponse(status=UNAUTHORIZED)
        response["HX-Refresh"] = "true"
        return response
    return redirect_to_login(request.get_full_path())


def back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page the request came from, or to the projects."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()):
        return HttpResponseRedirect(wanted)
    return redirect("projects")
