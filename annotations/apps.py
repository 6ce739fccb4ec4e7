"""The app that takes a file to approved text."""

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    """Everything between received bytes and approved text."""

    name = "annotations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of background work known, in the order of work."""
        # Late: these modules import models, which exist from here on.
        from annotations.api import idempotency
        from annotations.ingest import janitor, split
        from annotations.jobs import Chore, register, register_chore
        from annotations.ports import on_erase, on_pages_ready
        from annotations.prelabel import arrivals, reading, words
        from annotations.quality import figures
        from annotations.quality.invariants import register_invariants

        register(split.KIND)
        register(reading.KIND)
        register(words.KIND)
        register(figures.KIND)
        on_pages_ready(arrivals.read_new_pages)
        register_invariants()
        on_erase(idempotency.forget_documents)
        register_chore(Chore("answers", idempotency.forget_old_answers, every_s=3600))
        register_chore(Chore("blobs", janitor.collect_blobs, every_s=24 * 3600))
