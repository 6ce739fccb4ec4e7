"""Routes: health, the API, and the pages for people."""

from django.urls import include, path

from ocrlab import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", include("ocrlab.api_urls")),
    path("", include("annotations.web.urls")),
    path("", include("exports.web.urls")),
]

handler500 = "ocrlab.outage.fault"
