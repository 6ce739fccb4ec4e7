"""Who works here: users, their roles in projects, and the tokens of their programs."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from annotations import states
from annotations.models.keys import new_key


class PeopleManager(UserManager["User"]):
    """Django's manager, and the two users that are no persons."""

    def system(self, username: str) -> "User":
        """Return the system user `cli` or `ground-truth`."""
        return self.get(username=username, is_system=True)


class User(AbstractUser):
    """A person, or one of the two system users `cli` and `ground-truth`."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    language = models.CharField(max_length=10, blank=True)
    is_system = models.BooleanField(default=False)

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="system_user_has_no_rights",
                condition=Q(is_system=False) | Q(is_staff=False, is_superuser=False),
            ),
        ]


class RoleChoices(models.TextChoices):
    """Labels of the roles."""

    VIEWER = states.Role.VIEWER.value, _("viewer")
    REVIEWER = states.Role.REVIEWER.value, _("reviewer")
    APPROVER = states.Role.APPROVER.value, _("approver")
    MANAGER = states.Role.MANAGER.value, _("manager")


class Membership(models.Model):
    """One person's role in one project."""

    project = models.ForeignKey("annotations.Project", models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=RoleChoices)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            # Read by access.py on every request: who may enter this project, and as what.
            models.UniqueConstraint(fields=["user", "project"], name="membership_once"),
            models.CheckConstraint(
                name="membership_role_known", condition=Q(role__in=[r.value for r in states.Role])
            ),
        ]


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Questions about tokens."""

    def live(self, now: datetime) -> Self:
        """Return tokens that may still be used at `now`."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


class ApiToken(models.Model):
    """A program's key: only its hash is kept; shown once, scoped, expiring."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    project = models.ForeignKey("annotations.Project", models.CASCADE, null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=16))
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            # Read on every request with a bearer token.
            models.UniqueConstraint(fields=["token_hash"], name="token_hash_once"),
            models.CheckConstraint(
                name="token_scopes_known",
                condition=Q(scopes__contained_by=[s.value for s in states.Scope]),
            ),
        ]
