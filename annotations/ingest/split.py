"""From one document's bytes to its pages: the runner of a `DecodeJob`."""

import atexit
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from annotations import ports
from annotations.ingest.blobs import keep, local_copy
from annotations.ingest.decoding import DecodedPage, Decoder, DecoderDied, OpenDocument, Undecodable
from annotations.ingest.reasons import SENTENCES, describe
from annotations.ingest.spool import spool_folder, storage_full_named
from annotations.ingest.truth import apply_ground_truth, settle_ground_truth
from annotations.jobs import JobKind, LeaseLost, fail, finishing
from annotations.jobs.claim import mine
from annotations.models import DecodeJob, Document, Event, Page, ProjectEngine, User
from annotations.models.leased_job import ERROR_LIMIT
from annotations.states import DocumentState, PageState

# A volume of 3,000 pages takes a quarter of this; what is done by then is kept for the next claim.
LIMIT_S: Final = 3600
GIVEN_UP: Final = "decoder_died"
# What a dead job says is the name of the last exception.
REASON_OF_ERROR: Final = {"FileNotFoundError": "storage_missing", "StorageFull": "storage_full"}
UNFINISHED: Final = (DocumentState.RECEIVED, DocumentState.SPLITTING)
SIGNED: Final = 1 << 63  # the column of the perceptual hash is signed

# The one child of this worker process.
_decoder = Decoder()
atexit.register(_decoder.close)


def run(jobs: Sequence[DecodeJob]) -> None:
    """Split the documents of claimed jobs into pages."""
    for job in jobs:
        document = Document.objects.select_related("project", "blob").get(id=job.document_id)
        try:
            _split(job, document)
        except Undecodable as error:
            fail(job, code=error.code, detail=describe(error.code))


def ended(jobs: Sequence[DecodeJob]) -> None:
    """Let documents fail whose job ended without a result."""
    for job in jobs:
        code = REASON_OF_ERROR.get(job.error_code, job.error_code)
        code = code if code in SENTENCES else GIVEN_UP
        failed = Document.objects.filter(id=job.document_id, state__in=UNFINISHED)
        if failed.update(
            state=DocumentState.FAILED,
            error_code=code,
            error_detail=describe(code),
            updated_at=Now(),
        ):
            _record(job.document, "document.failed")


KIND: Final = JobKind("decode", DecodeJob, run, limit_s=LIMIT_S, ended=ended)


def _split(job: DecodeJob, document: Document) -> None:
    """Make the pages that are not there yet; raises `Undecodable` when none could be made."""
    Document.objects.filter(id=document.id, state=DocumentState.RECEIVED).update(
        state=DocumentState.SPLITTING, updated_at=Now()
    )
    with local_copy(document.blob) as path, _work_folder() as folder:
        pages = _Pages(job, document, path, folder)
        pages.make()
    with finishing(job):
        Document.objects.filter(id=document.id, state=DocumentState.SPLITTING).update(
            state=DocumentState.READY, page_count=pages.count, updated_at=Now()
        )
        document.page_count = pages.count
        settle_ground_truth(document)
        _record(document, "document.ready", pages=pages.count, scaled_down=pages.scaled_down)


@contextmanager
def _work_folder() -> Iterator[Path]:
    with storage_full_named():
        folder = tempfile.TemporaryDirectory(dir=spool_folder())
    with folder as name:
        yield Path(name)


class _Pages:
    """The pages of one document, made one after the other, each in its own transaction."""

    def __init__(self, job: DecodeJob, document: Document, path: Path, folder: Path) -> None:
        self.count = self.scaled_down = 0
        self._job, self._document = job, document
        self._path, self._folder = path, folder
        self._engine = ProjectEngine.objects.filter(project=document.project_id).exists()
        self._first_error: Undecodable | None = None

    def make(self) -> None:
        """Make every missing page; raises `Undecodable` when the document has none to show."""
        done = set(self._document.pages.values_list("number", flat=True))
        missing = self._make_from(1, done)
        while missing is not None:  # the child died over a page that was given up
            missing = self._make_from(missing, done)
        if self._first_error and not self._document.pages.filter(image__isnull=False).exists():
            raise self._first_error

    def _make_from(self, start: int, done: set[int]) -> int | None:
        """Make pages from `start` on; return where to go on with a fresh child, None at the end."""
        with _decoder.document(self._path, self._document.media_type, self._folder) as opened:
            self.count = opened.page_count
            for number in range(start, opened.page_count + 1):
                if number in done:
                    continue
                try:
                    self._add(number, opened)
                except DecoderDied:
                    if self.count == 1 or self._job.errors + 1 < ERROR_LIMIT:
                        raise
                    self._add_unreadable(number, Undecodable(GIVEN_UP))
                    return number + 1
        return None

    def _add(self, number: int, opened: OpenDocument) -> None:
        try:
            decoded = opened.page(number)
        except Undecodable as error:
            self._add_unreadable(number, error)
        else:
            self._add_page(number, decoded)

    @transaction.atomic
    def _add_page(self, number: int, decoded: DecodedPage) -> None:
        self._hold()
        project = self._document.project
        image = keep(project=project, path=decoded.image, media_type=decoded.media_type)
        thumbnail = keep(project=project, path=decoded.thumbnail, media_type="image/jpeg")
        signed = decoded.perceptual_hash
        page = Page.objects.create(
            project=project,
            document=self._document,
            number=number,
            kind=self._document.kind,
            state=PageState.WAITING if self._engine else PageState.OPEN,
            image=image,
            thumbnail=thumbnail,
            image_sha256=image.sha256,
            width=decoded.width,
            height=decoded.height,
            dpi=decoded.dpi,
            perceptual_hash=signed - 2 * SIGNED if signed >= SIGNED else signed,
        )
        self.scaled_down += decoded.scaled_down
        apply_ground_truth(page, self.count)
        ports.pages_ready([page])

    @transaction.atomic
    def _add_unreadable(self, number: int, error: Undecodable) -> None:
        """Keep the place of a page that cannot be read: excluded, with the reason."""
        self._first_error = self._first_error or error
        if self.count == 1:
            return
        self._hold()
        Page.objects.create(
            project=self._document.project,
            document=self._document,
            number=number,
            kind=self._document.kind,
            state=PageState.EXCLUDED,
            state_before_exclusion=PageState.WAITING,
            excluded_reason=describe(error.code),
            error_code=error.code,
            error_detail=describe(error.code),
        )

    def _hold(self) -> None:
        """Let no other claim of this job write until the transaction ends; raises `LeaseLost`."""
        if not mine(self._job).select_for_update().exists():
            raise LeaseLost


def _record(document: Document, verb: str, **numbers: int) -> None:
    Event.objects.record(
        actor=User.objects.system("cli"),
        verb=verb,
        row=document,
        project=document.project,
        **numbers,
    )
