"""The app that takes approved text to files that other tools train on."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Releases and everything made from them."""

    name = "exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make builds known to the workers."""
        from exports.actions.building import register_build  # models must be loaded first

        register_build()
