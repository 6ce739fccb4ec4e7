"""The three people of the demo, with passwords that are made anew at every run."""

import secrets
from dataclasses import dataclass

from annotations.models import Project, User
from annotations.people.members import set_member
from annotations.states import Role

ROLES = {"gerente": Role.MANAGER, "revisora": Role.REVIEWER, "aprovadora": Role.APPROVER}
# No letters that look like digits: it is read from a terminal and typed into a browser.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 12  # characters of five bits each


@dataclass(frozen=True)
class Entrance:
    """A user and the password to enter with."""

    user: User
    password: str


def invite(project: Project) -> list[Entrance]:
    """Create the people where they are missing, and give each a new password.

    A password is kept nowhere in clear, so an old one could not be shown again.
    """
    return [_invite(project, name, role) for name, role in ROLES.items()]


def _invite(project: Project, name: str, role: Role) -> Entrance:
    user, _ = User.objects.get_or_create(username=name)
    password = "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))
    user.set_password(password)
    User.objects.filter(id=user.id).update(password=user.password)
    if not user.memberships.filter(project=project, role=role).exists():
        set_member(actor=User.objects.system("cli"), project=project, user=user, role=role)
    return Entrance(user, password)
