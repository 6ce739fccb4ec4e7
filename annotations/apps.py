"""The app that takes a file to approved text."""

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    """Everything between received bytes and approved text."""

    name = "annotations"
    default_auto_field = "django.db.models.BigAutoField"
