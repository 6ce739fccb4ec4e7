"""Who belongs to a project, and as what."""

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.errors import Conflict, Invalid, NotFound
from annotations.models import Event, Membership, Project, User
from annotations.states import Role


class LastManager(Conflict):
    """A project may not be left without a manager."""

    code = "last_manager"


@transaction.atomic
def set_member(*, actor: User, project: Project, user: User, role: str) -> Membership:
    """Give `user` a role in the project, or change the one they have."""
    if role not in list(Role):
        message = _("Use one of: %(known)s.") % {"known": ", ".join(Role)}
        raise Invalid(message, errors={"role": [message]})
    if user.is_system or not user.is_active:
        message = _("This user cannot be a member.")
        raise Invalid(message, errors={"username": [message]})
    Project.objects.select_for_update().get(id=project.id)
    if role != Role.MANAGER:
        _keep_a_manager(project, user)
    membership, _created = Membership.objects.update_or_create(
        project=project, user=user, defaults={"role": role}
    )
    Event.objects.record(
        actor=actor,
        verb="member.set",
        row=membership,
        project=project,
        user=str(user.id),
        role=role,
    )
    return membership


@transaction.atomic
def remove_member(*, actor: User, project: Project, user: User) -> None:
    """Take `user` out of the project; their work stays theirs."""
    Project.objects.select_for_update().get(id=project.id)
    membership = Membership.objects.filter(project=project, user=user).first()
    if membership is None:
        raise NotFound(_("This person is not a member."))
    _keep_a_manager(project, user)
    Event.objects.record(
        actor=actor, verb="member.removed", row=membership, project=project, user=str(user.id)
    )
    membership.delete()


def _keep_a_manager(project: Project, leaving: User) -> None:
    """Raise when `leaving` is the only manager; the project row must be locked."""
    managers = Membership.objects.filter(project=project, role=Role.MANAGER)
    if managers.filter(user=leaving).exists() and not managers.exclude(user=leaving).exists():
        raise LastManager(_("Make somebody else a manager first."))
