"""The one door through which a row reaches a surface.

404 for what the caller may not know of, 403 for what they know of and may not do.
"""

from dataclasses import dataclass
from typing import Self, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from annotations.errors import Forbidden, NotFound
from annotations.models import (
    ApiToken,
    Document,
    Lease,
    Membership,
    Page,
    PrelabelRun,
    Project,
    User,
)
from annotations.states import ROLE_ORDER, Role, Scope

Row = TypeVar("Row", bound=Model)

ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and how far their token reaches; a browser session reaches as far as its user."""

    user: User
    scopes: frozenset[Scope] = ALL_SCOPES
    only_project: UUID | None = None

    @classmethod
    def with_token(cls, token: ApiToken) -> Self:
        """Build the caller behind a token; `token.user` must be loaded."""
        return cls(token.user, frozenset(Scope(s) for s in token.scopes), token.project_id)

    def require_scope(self, scope: Scope) -> None:
        """Raise Forbidden when the token does not carry `scope`."""
        if scope not in self.scopes:
            raise Forbidden(_("This token lacks the scope “%(scope)s”.") % {"scope": scope})


def includes(role: str, wanted: Role) -> bool:
    """Tell whether `role` may do what `wanted` may do."""
    return ROLE_ORDER.index(Role(role)) >= ROLE_ORDER.index(wanted)


def projects_of(caller: Caller) -> QuerySet[Project]:
    """Return the projects the caller may know of."""
    found = Project.objects.filter(memberships__user=caller.user)
    return found if caller.only_project is None else found.filter(id=caller.only_project)


def role_in(caller: Caller, project_id: UUID) -> Role | None:
    """Return the caller's role in a project, None for a stranger; one indexed query."""
    if caller.only_project not in (None, project_id):
        return None
    found = Membership.objects.filter(user=caller.user, project=project_id)
    return next((Role(role) for role in found.values_list("role", flat=True)), None)


def enter(caller: Caller, project_id: UUID, *, role: Role, scope: Scope) -> Role:
    """Admit the caller to a project or raise; return their role there."""
    held = role_in(caller, project_id)
    if held is None:
        raise NotFound(_("Not found."))
    caller.require_scope(scope)
    if not includes(held, role):
        raise Forbidden(_("Your role in this project does not allow this."))
    return held


def require_founder(caller: Caller) -> None:
    """Admit who may create projects: staff, and whoever manages one already."""
    caller.require_scope(Scope.ADMIN)
    if caller.only_project is not None:
        raise Forbidden(_("This token is for one project."))
    manages = Membership.objects.filter(user=caller.user, role=Role.MANAGER)
    if not caller.user.is_staff and not manages.exists():
        raise Forbidden(_("Only staff and managers create projects."))


def project(
    caller: Caller, slug: str, *, role: Role = Role.VIEWER, scope: Scope = Scope.READ
) -> Project:
    """Return a project by slug."""
    found = _found(Project.objects.filter(slug=slug))
    enter(caller, found.id, role=role, scope=scope)
    return found


def document(
    caller: Caller, key: UUID, *, role: Role = Role.VIEWER, scope: Scope = Scope.READ
) -> Document:
    """Return a document with its project."""
    found = _found(Document.objects.select_related("project").filter(id=key))
    enter(caller, found.project_id, role=role, scope=scope)
    return found


def page(caller: Caller, key: UUID, *, role: Role = Role.VIEWER, scope: Scope = Scope.READ) -> Page:
    """Return a page."""
    found = _found(Page.objects.filter(id=key))
    enter(caller, found.project_id, role=role, scope=scope)
    return found


def run(
    caller: Caller, key: UUID, *, role: Role = Role.VIEWER, scope: Scope = Scope.READ
) -> PrelabelRun:
    """Return a pre-labelling run with its project and engine."""
    found = _found(PrelabelRun.objects.select_related("project", "engine").filter(id=key))
    enter(caller, found.project_id, role=role, scope=scope)
    return found


def lease(caller: Caller, key: UUID) -> Lease:
    """Return a lease of the caller's own; other people's are not theirs to know of."""
    mine = Lease.objects.select_related("page").filter(id=key, user=caller.user)
    found = _found(mine)
    enter(caller, found.page.project_id, role=Role.REVIEWER, scope=Scope.ANNOTATE)
    return found


def _found(rows: "QuerySet[Row]") -> Row:
    """Return the one row that a key names."""
    try:
        return rows.get()
    except ObjectDoesNotExist:
        raise NotFound(_("Not found.")) from None
