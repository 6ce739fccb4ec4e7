"""What happens to pages that have just come to be: their project's first engine reads them."""

from collections.abc import Sequence

from annotations.jobs import ring
from annotations.models import Page, PrelabelJob, ProjectEngine
from annotations.prelabel import pages
from annotations.prelabel.words import ask_for_words
from annotations.states import PrelabelState


def read_new_pages(arrived: Sequence[Page]) -> None:
    """Queue new pages for the first engine of their project; without one, only their words.

    An engine that needs a consent which was not given is passed over. Called inside the
    transaction that makes the pages.
    """
    uses = ProjectEngine.objects.filter(project=arrived[0].project_id).select_related("engine")
    willing = (use for use in uses if use.consent or not use.engine.sends_data_to_third_party)
    use = next(willing, None)
    if use is None:
        for page in arrived:
            ask_for_words(page)
        pages.end([page.id for page in arrived], PrelabelState.NONE)
        return
    PrelabelJob.objects.bulk_create(
        PrelabelJob(page=page, engine=use.engine, queue=use.engine.queue) for page in arrived
    )
    pages.ask([page.id for page in arrived])
    ring(use.engine.queue)
