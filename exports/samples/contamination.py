"""Which gold rows an engine was trained on: it may not be judged by them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from annotations.errors import Conflict
from annotations.models import Engine, Page, Project
from annotations.states import Split
from exports.models import Release, ReleaseItem
from exports.types import GoldRow

ID_DIGITS = 16  # of the document's sha256, at the beginning of a row's id


class TrainingUnknown(Conflict):
    """The engine was trained on a release that is not here, so nothing can be told of its pages."""

    code = "training_unknown"


def trained_on(engine: Engine, rows: Iterable[GoldRow], project: Project | None) -> list[str]:
    """Return the ids of rows that the engine saw in training, or whose group or document it saw.

    Groups are a project's own: they are compared where `project` is known. Raises
    `TrainingUnknown`.
    """
    releases = _releases(engine)
    if not releases:
        return []
    items = ReleaseItem.objects.filter(release__in=releases).exclude(split=Split.TEST.value)
    images = set(items.values_list("image_sha256", flat=True))
    pages = Page.objects.filter(id__in=items.values("page_id"))
    documents = {sha[:ID_DIGITS] for sha in pages.values_list("document__sha256", flat=True)}
    own = items.filter(release__project=project).exclude(group_key="")
    groups = set(own.values_list("group_key", flat=True)) if project is not None else set()
    return [
        row.id
        for row in rows
        if row.image_sha256 in images or row.group in groups or row.id[:ID_DIGITS] in documents
    ]


def _releases(engine: Engine) -> list[Release]:
    digests = {str(entry.get("release_sha256", "")) for entry in engine.trained_on}
    found = list(Release.objects.filter(sha256__in=digests - {""}))
    if digests - {release.sha256 for release in found}:
        message = _(
            "%(engine)s was trained on a release that is not in this installation: nobody can tell"
            " which pages it saw. Allow it with --allow-contaminated."
        )
        raise TrainingUnknown(message % {"engine": engine})
    return found
