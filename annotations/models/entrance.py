"""Attempts to log in, counted so that passwords cannot be tried out."""

from django.db import models
from django.db.models.functions import Now


class LoginAttempts(models.Model):
    """How often one account was tried from one address in a row; a success removes the line."""

    # sha256 over account and address: neither is kept, and an unknown account looks like any other.
    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # Read by the next attempt, which removes what is out of date.
            models.Index(fields=["last_at"], name="login_attempts_by_age"),
        ]
