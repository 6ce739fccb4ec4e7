"""The count of log-in attempts: it slows down guessing and tells nothing about accounts."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.models import LoginAttempts

# A person who mistypes gets there in five; a program gets 480 guesses a day and account.
ATTEMPT_LIMIT = 5
ATTEMPT_PAUSE = timedelta(minutes=15)


def count_attempt(*, account: str, address: str) -> int:
    """Count one attempt before the password is looked at; return how many are left after it.

    Below zero the attempt must be refused. Counting first, with the row locked, leaves no gap for
    many attempts sent at once.
    """
    now = timezone.now()
    key = _key(account, address)
    with transaction.atomic():
        LoginAttempts.objects.filter(last_at__lt=now - ATTEMPT_PAUSE).delete()
        LoginAttempts.objects.bulk_create(
            [LoginAttempts(key=key, last_at=now)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["last_at"],
        )
        LoginAttempts.objects.filter(key=key).update(count=F("count") + 1)
        count: int = LoginAttempts.objects.values_list("count", flat=True).get(key=key)
    return ATTEMPT_LIMIT - count


def forget_attempts(*, account: str, address: str) -> None:
    """Start afresh after a successful log-in."""
    LoginAttempts.objects.filter(key=_key(account, address)).delete()


def _key(account: str, address: str) -> str:
    named = f"{account.strip().casefold()}\n{address}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
