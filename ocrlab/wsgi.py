"""The WSGI entry point: `gunicorn ocrlab.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocrlab.settings")
application = get_wsgi_application()
