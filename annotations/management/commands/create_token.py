"""Create an API token."""

from argparse import ArgumentParser
from typing import Any

from annotations.access import Caller, includes, projects_of
from annotations.management.arguments import ProductCommand, find_project, find_user
from annotations.models import Membership, User
from annotations.people.tokens import create_token
from annotations.states import Role, Scope

# The scopes that a role can make use of at all.
SCOPES_OF = {
    Role.VIEWER: {Scope.READ},
    Role.REVIEWER: {Scope.READ, Scope.ANNOTATE},
    Role.APPROVER: {Scope.READ, Scope.ANNOTATE},
    Role.MANAGER: set(Scope),
}


class Command(ProductCommand):
    """Create a token and print it alone, once."""

    help = "Create an API token and print it alone on standard output, once."
    example = "revisora --scope read --scope annotate --project acervo"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add whose token it is and how far it reaches."""
        super().add_arguments(parser)
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument(
            "--scope",
            action="append",
            choices=list(Scope),
            dest="scopes",
            help="may be given more than once; default: all that the user may",
        )
        parser.add_argument("--project", metavar="SLUG", help="reach this project only")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create the token and print its secret."""
        user = find_user(options["username"])
        token, secret = create_token(
            actor=self.actor(options),
            user=user,
            scopes=options["scopes"] or all_scopes_of(user),
            project=find_project(options["project"]) if options["project"] else None,
        )
        self.answer(options, {"token": secret, "scopes": token.scopes}, secret)


def all_scopes_of(user: User) -> set[Scope]:
    """Return every scope that one of the user's roles can make use of; reading at least."""
    roles = Membership.objects.filter(user=user, project__in=projects_of(Caller(user)))
    held = [role for role in SCOPES_OF if any(includes(m.role, role) for m in roles)]
    scopes = {Scope.READ}.union(*(SCOPES_OF[role] for role in held))
    return scopes | ({Scope.ADMIN} if user.is_staff else set())
