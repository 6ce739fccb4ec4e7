"""Unsubmitted text: one draft a person and page, with a version of its own."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from annotations.errors import Stale
from annotations.models import Draft, Page, User
from annotations.review.writing import Writing, require_known_base


def draft_of(user: User, page: Page) -> Draft | None:
    """Return the person's draft of a page, if they have one."""
    return Draft.objects.filter(page=page, user=user).first()


@transaction.atomic
def save_draft(*, actor: User, page: Page, version: int | None, writing: Writing) -> Draft:
    """Save a draft over the version the writer last saw; `None` says there was none.

    Raises `Stale` with the stored draft as `current` when another tab or device was faster.
    """
    require_known_base(page, writing)
    columns = {
        **writing.columns(),
        "base_version": writing.base_version,
        "fields_version": writing.fields_version,
    }
    if version is None:
        return _first(actor, page, columns)
    mine = Draft.objects.filter(page=page, user=actor)
    # Numbers begin anew after a submit: an older text may not pass for the next draft's author.
    seen = mine.filter(version=version, base_version__lte=writing.base_version)
    if not seen.update(version=F("version") + 1, updated_at=Now(), **columns):
        raise _stale(actor, page)
    return mine.get()


@transaction.atomic
def discard_draft(*, actor: User, page: Page, version: int | None = None) -> None:
    """Throw a draft away; with `version`, only if it is still that one."""
    mine = Draft.objects.filter(page=page, user=actor)
    deleted, _kinds = (mine if version is None else mine.filter(version=version)).delete()
    if not deleted and mine.exists():
        raise _stale(actor, page)


def _first(actor: User, page: Page, columns: dict[str, object]) -> Draft:
    try:
        with transaction.atomic():
            return Draft.objects.create(page=page, user=actor, **columns)
    except IntegrityError as error:
        raise _stale(actor, page) from error


def _stale(actor: User, page: Page) -> Stale:
    stored = draft_of(actor, page)
    message = _("This draft was changed in another window. Both texts are kept; choose one.")
    if stored is None:
        return Stale(message, current=None)
    current = {"content": stored.content, "spans": stored.spans, "version": stored.version}
    return Stale(message, current=current)
