"""People's accounts: made by the installation's staff, kept by their owners."""

import re
import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.errors import Conflict, Invalid
from annotations.models import Event, User

USERNAME_PATTERN = re.compile(r"[\w.@+-]{1,150}")  # what Django's own validator admits
NAME_LENGTH = 150  # characters of the model's two name columns
PASSWORD_BYTES = 12  # 96 random bits, written in 16 characters
PASSWORD_LENGTH = 1000  # hashing more only costs time


class UsernameTaken(Conflict):
    """Somebody else has this user name."""

    code = "username_taken"


@transaction.atomic
def create_person(*, actor: User, username: str, name: str) -> tuple[User, str]:
    """Create a person's account; return it and the first password, which is kept nowhere."""
    if not USERNAME_PATTERN.fullmatch(username):
        message = _("A user name has letters, digits and @.+-_ only.")
        raise Invalid(message, errors={"username": [message]})
    first, _space, last = " ".join(name.split()).partition(" ")
    if len(first) > NAME_LENGTH or len(last) > NAME_LENGTH or not name.isprintable():
        message = _("One line of text, 1 to %(n)d characters.") % {"n": NAME_LENGTH}
        raise Invalid(message, errors={"name": [message]})
    password = _fresh_password()
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password=password)
    except IntegrityError as error:
        raise UsernameTaken(_("This user name is taken.")) from error
    User.objects.filter(id=user.id).update(first_name=first, last_name=last)
    Event.objects.record(actor=actor, verb="user.created", row=user, project=None)
    return User.objects.get(id=user.id), password


@transaction.atomic
def reset_password(*, actor: User, user: User) -> str:
    """Give a person a new first password and end their sessions; return it."""
    _require_person(user)
    password = _fresh_password()
    User.objects.filter(id=user.id).update(password=make_password(password))
    Event.objects.record(actor=actor, verb="user.password_reset", row=user, project=None)
    return password


@transaction.atomic
def change_password(*, actor: User, old: str, new: str) -> User:
    """Let a person choose a password of their own; other sessions end."""
    if not actor.check_password(old[:PASSWORD_LENGTH]):
        raise Invalid(_("The present password is not right."))
    if len(new) > PASSWORD_LENGTH:
        message = _("Text of at most %(n)d characters.") % {"n": PASSWORD_LENGTH}
        raise Invalid(message)
    try:
        validate_password(new, actor)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    User.objects.filter(id=actor.id).update(password=make_password(new))
    Event.objects.record(actor=actor, verb="user.password_changed", row=actor, project=None)
    return User.objects.get(id=actor.id)


@transaction.atomic
def set_active(*, actor: User, user: User, active: bool) -> User:
    """Let a person in, or out with sessions and tokens at once; their work stays."""
    _require_person(user)
    if user.id == actor.id:
        raise Conflict(_("Ask another member of staff to close your own account."))
    if User.objects.filter(id=user.id).exclude(is_active=active).update(is_active=active):
        verb = "user.opened" if active else "user.closed"
        Event.objects.record(actor=actor, verb=verb, row=user, project=None)
    return User.objects.get(id=user.id)


def _fresh_password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)


def _require_person(user: User) -> None:
    if user.is_system:
        raise Invalid(_("A system user has no account."))
