#!/usr/bin/env python
"""Run OCRLab's commands: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Hand the command line to Django; a wrong environment ends in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocrlab.settings")
    from django.core.management import execute_from_command_line

    from ocrlab.embedded import EmbeddedError
    from ocrlab.env import EnvError

    try:
        execute_from_command_line(sys.argv)
    except (EnvError, EmbeddedError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
