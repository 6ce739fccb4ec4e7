"""The app that takes approved text to files that other tools train on."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Releases and everything made from them."""

    name = "exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make builds known to the workers, and what must be true of releases to whoever asks."""
        # Late: these modules import models, which exist from here on.
        from annotations.ports import on_erase
        from exports.actions.building import register_build
        from exports.actions.erasure import forget_documents
        from exports.actions.invariants import register_invariants

        register_build()
        on_erase(forget_documents)
        register_invariants()
