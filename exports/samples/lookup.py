"""A project's releases as surfaces ask for them."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from annotations.errors import NotFound
from annotations.models import Project
from exports.models import BuildJob, Release


def releases_of(project: Project) -> "QuerySet[Release]":
    """Return a project's releases, newest first, with `written`: rows their build has reached."""
    newest = BuildJob.objects.filter(release=OuterRef("pk")).order_by("-id")
    rows = Release.objects.filter(project=project).select_related("project", "requested_by")
    return rows.annotate(written=Subquery(newest.values("written")[:1])).newest_first()


def release_at(project: Project, number: int) -> Release:
    """Return a release by its number. Raises `NotFound`."""
    found = releases_of(project).filter(number=number).first()
    if found is None:
        raise NotFound(_("Not found."))
    return found
