"""The words of every page, whatever engine reads it: asked for, found, kept."""

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet

from annotations.engines.base import EngineError
from annotations.engines.reader import read_words
from annotations.engines.words import Words
from annotations.jobs import JobKind, fail, finishing, ring
from annotations.models import Page, WordLayout, WordsJob
from annotations.prelabel.images import page_image
from annotations.states import LIVE_JOB_STATES

# Six readings of one page at most, each with a limit of its own.
LIMIT_S: Final = 1200
QUEUE: Final = "cpu"


def ask_for_words(page: Page) -> None:
    """Queue the finding of a page's words, unless they are there or on their way."""
    if page.image_id is None or _layouts(page).exists():
        return
    if not WordsJob.objects.filter(page=page, state__in=LIVE_JOB_STATES).exists():
        WordsJob.objects.bulk_create([WordsJob(page=page, queue=QUEUE)], ignore_conflicts=True)
        ring(QUEUE)


def store_words(page: Page, image_sha256: str, words: Words) -> None:
    """Keep a layout, inside the caller's transaction; the same recogniser's stays as it is."""
    layout = WordLayout(
        page=page,
        image_sha256=image_sha256,
        recogniser_version=words.recogniser_version,
        layout=words.to_json(),
        trust=words.trust,
    )
    WordLayout.objects.bulk_create([layout], ignore_conflicts=True)


def run(jobs: Sequence[WordsJob]) -> None:
    """Find the words of claimed jobs' pages."""
    for job in jobs:
        page = Page.objects.select_related("image").get(id=job.page_id)
        if _layouts(page).exists():  # an engine brought them meanwhile
            with finishing(job):
                continue
        try:
            with page_image(page) as path:
                words = read_words(path, dpi=page.dpi)
        except EngineError as error:
            fail(job, code="engine_error", detail=str(error))
            continue
        with finishing(job):
            store_words(page, page.image_sha256, words)


KIND: Final = JobKind("words", WordsJob, run, limit_s=LIMIT_S)


def _layouts(page: Page) -> QuerySet[WordLayout]:
    return WordLayout.objects.filter(page=page, image_sha256=page.image_sha256)
