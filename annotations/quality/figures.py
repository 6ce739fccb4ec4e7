"""The runner of a `FiguresJob`: how far a revision went from the prediction it began as."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from annotations.content import PageContent, diff
from annotations.jobs import JobKind, finishing
from annotations.metrics import cer_counts, cer_norm_counts, dharma_score, wer_counts
from annotations.models import FiguresJob, Revision, RevisionFigures

# A content of 1 MB takes tens of seconds; a page milliseconds.
LIMIT_S: Final = 600


def run(jobs: Sequence[FiguresJob]) -> None:
    """Measure the revisions of claimed jobs."""
    for job in jobs:
        revision = Revision.objects.select_related("base_prediction").get(id=job.revision_id)
        figures = measure(revision)
        with finishing(job):
            if figures is not None:
                RevisionFigures.objects.bulk_create([figures], ignore_conflicts=True)


KIND: Final = JobKind("figures", FiguresJob, run, limit_s=LIMIT_S)


def measure(revision: Revision) -> RevisionFigures | None:
    """Return a revision's figures, not yet stored; None where its author saw no prediction.

    The revision is the reference, the prediction the hypothesis.
    """
    if revision.base_prediction is None:
        return None
    corrected = PageContent.from_json(revision.content).plain_text()
    predicted = PageContent.from_json(revision.base_prediction.content).plain_text()
    cer, cer_norm = cer_counts(corrected, predicted), cer_norm_counts(corrected, predicted)
    wer = wer_counts(corrected, predicted)
    kinds = Counter(change.kind.value for change in diff(predicted, corrected))
    return RevisionFigures(
        revision=revision,
        cer_edits=cer.edits,
        cer_length=cer.length,
        cer_norm_edits=cer_norm.edits,
        cer_norm_length=cer_norm.length,
        wer_edits=wer.edits,
        wer_length=wer.length,
        # A blank page has no score: it stays out of the mean.
        dharma_score=dharma_score(corrected, predicted).score if corrected else None,
        edits_by_kind=dict(kinds),
    )
