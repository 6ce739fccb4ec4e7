"""Who calls: a bearer token (programs) or the browser's session (with its CSRF token)."""

from typing import Any, cast

from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from annotations.access import Caller
from annotations.models import ApiToken, User
from annotations.people.tokens import find_token

# Wrong tokens an address may send a minute: a secret has 256 random bits, so that this spares the
# database, not the secret. A right token is always let in: one guesser locks nobody out.
FAILURES_PER_MINUTE = 300
WINDOW_S = 60
KEYWORD = "bearer"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer TOKEN`; looked up by hash."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token and its user, None without the header. Raises 401 or 429."""
        words = authentication.get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.encode():
            return None
        token = find_token(words[1].decode("ascii", "replace")) if len(words) == 2 else None  # noqa: PLR2004  scheme and secret
        if token is None or not token.user.is_active:
            _count_failure(str(request.META.get("REMOTE_ADDR", "")))
            raise exceptions.AuthenticationFailed(_("This token is not known or no longer valid."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes an anonymous answer 401 instead of 403."""
        return 'Bearer realm="ocrlab"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; every unsafe method needs `X-CSRFToken`."""

    def enforce_csrf(self, request: Request) -> None:
        """Raise 403 `csrf_failed` without a matching token."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(str(error.detail), code="csrf_failed") from None


def caller_of(request: Request) -> Caller:
    """Return who asks and how far they reach."""
    auth: Any = request.auth
    if isinstance(auth, ApiToken):
        return Caller.with_token(auth)
    return Caller(cast("User", request.user))


def _count_failure(address: str) -> None:
    key = f"api-token-failures:{address}"
    cache.add(key, 0, WINDOW_S)
    if cache.incr(key) > FAILURES_PER_MINUTE:
        raise exceptions.Throttled(wait=WINDOW_S)
