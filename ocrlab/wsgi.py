"""The WSGI entry point: `gunicorn ocrlab.wsgi`."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from ocrlab.env import EnvError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocrlab.settings")

# gunicorn's word for "could not start": with any other code it would try for ever.
BOOT_ERROR = 3

try:
    application = get_wsgi_application()
except EnvError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(BOOT_ERROR)
