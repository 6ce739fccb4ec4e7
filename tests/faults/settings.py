"""The product's settings and one more app, whose work can be told how to misbehave."""

from ocrlab.settings import *  # noqa: F403
from ocrlab.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.workshop"]
