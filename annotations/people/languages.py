"""The language a person reads the screens in."""

from django.db import transaction

from annotations.models import Event, User


@transaction.atomic
def choose_language(*, actor: User, language: str) -> User:
    """Keep a person's language, so that the next browser they log in from speaks it too."""
    changed = User.objects.filter(id=actor.id).exclude(language=language).update(language=language)
    if changed:
        Event.objects.record(
            actor=actor, verb="user.language", row=actor, project=None, language=language
        )
    return User.objects.get(id=actor.id)
