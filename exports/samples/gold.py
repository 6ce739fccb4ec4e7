"""Gold rows from a project: the approved pages of a split."""

from collections.abc import Collection, Iterator

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from annotations.content import PageContent
from annotations.models import Page, Project, Revision, SplitAssignment
from annotations.quality.evaluate import GoldPage
from annotations.quality.report import approved_pages
from exports.samples.plan import PageGoneError
from exports.types import GoldRow


class ProjectGold:
    """A project's approved pages of one split; grows as people approve."""

    def __init__(self, project: Project, split: str) -> None:
        self._project, self._split = project, split

    @property
    def rows_sha256(self) -> str:
        """Return nothing: the project and its split name these rows."""
        return ""

    def rows(self) -> list[GoldRow]:
        """Return all rows, document by document."""
        return [_row(page) for page in self._pages()]

    def images(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield id and image of the rows that are wanted. Raises `PageGoneError`."""
        for page in self._pages():
            if page.row_id() in wanted:
                yield page.row_id(), _image(page)

    def _pages(self) -> QuerySet[Page]:
        of_split = SplitAssignment.objects.filter(
            project=self._project, group_key=OuterRef("document__group_key"), split=self._split
        )
        found = approved_pages(self._project).filter(Exists(of_split))
        return found.select_related(
            "document", "image", "head_revision__base_prediction__engine"
        ).order_by("document__sha256", "document", "number")


def _row(page: Page) -> GoldRow:
    revision: Revision | None = page.head_revision
    if revision is None:  # the constraint `page_judged_has_revision` forbids it
        raise PageGoneError(_("Page %(page)s has no text.") % {"page": page.id})
    content = PageContent.from_json(revision.content)
    based_on = revision.base_prediction
    first = (page.document.external_id, page.document.sha256) if page.number == 1 else ()
    return GoldRow(
        id=page.row_id(),
        image_sha256=page.image_sha256,
        gold=GoldPage(
            document=str(page.document_id),
            kind=page.kind,
            based_on="" if based_on is None else str(based_on.engine),
            content=content,
            published=content.canonical_json(),
        ),
        keys=tuple(key for key in (page.row_id(), page.image_sha256, *first) if key),
        group=page.document.group_key,
        dpi=page.dpi,
    )


def _image(page: Page) -> bytes:
    if page.image is None:  # the constraint `page_work_has_image` forbids it
        raise _gone(page)
    try:
        with default_storage.open(page.image.key) as file:
            image: bytes = file.read()
    except FileNotFoundError as error:
        raise _gone(page) from error
    return image


def _gone(page: Page) -> PageGoneError:
    said = _("The image of page %(page)s is gone from the store. Tell the operator.")
    return PageGoneError(said % {"page": page.id})
