"""The app that takes approved text to files that other tools train on."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Releases and everything made from them."""

    name = "exports"
    default_auto_field = "django.db.models.BigAutoField"
