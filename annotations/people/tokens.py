"""Keys for programs: shown once, kept as a hash, limited by scope, project and time."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.errors import Invalid
from annotations.models import ApiToken, Event, Project, User
from annotations.states import Scope

# Marks a secret so that scanners of leaked code can find it.
PREFIX = "ocrlab_"
SECRET_BYTES = 32
# `last_used_at` is only moved when it is older than this: one write an hour, not one a request.
USE_IS_NOTED_EVERY = timedelta(hours=1)


def hash_secret(secret: str) -> str:
    """Hash a token's secret: 256 random bits need no salt and no stretching."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def create_token(
    *,
    actor: User,
    user: User,
    scopes: Iterable[str],
    project: Project | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Create a token for `user`; return its row and the secret, which is not kept."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in list(Scope)]
    if unknown or not wanted:
        message = _("Use one or more of: %(known)s.") % {"known": ", ".join(Scope)}
        raise Invalid(message, errors={"scopes": [message]})
    if user.is_system:
        raise Invalid(_("A system user has no tokens."))
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        user=user,
        scopes=wanted,
        project=project,
        expires_at=expires_at,
        token_hash=hash_secret(secret),
    )
    Event.objects.record(
        actor=actor, verb="token.created", row=token, project=project, scopes=wanted
    )
    return token, secret


@transaction.atomic
def revoke_token(*, actor: User, token: ApiToken) -> None:
    """End a token at once; doing it twice changes nothing."""
    if ApiToken.objects.filter(id=token.id, revoked_at=None).update(revoked_at=Now()):
        Event.objects.record(actor=actor, verb="token.revoked", row=token, project=token.project)


def find_token(secret: str) -> ApiToken | None:
    """Return the live token of an active user for this secret, or None; notes its use."""
    now = timezone.now()
    live = ApiToken.objects.live(now).select_related("user")
    token = next(iter(live.filter(token_hash=hash_secret(secret), user__is_active=True)), None)
    if token and (token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY):
        ApiToken.objects.filter(id=token.id).update(last_used_at=Now())
    return token
