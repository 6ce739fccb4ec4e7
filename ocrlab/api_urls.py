"""Routes under `/api/v1/`: those of both apps, and what describes them."""

from django.urls import include, path, re_path

from annotations.api import reference

urlpatterns = [
    path("", include("annotations.api.urls")),
    path("", include("exports.api.urls")),
    path("schema/", reference.SchemaView.as_view(), name="api-schema"),
    path("docs/", reference.reference, name="api-docs"),
    re_path("", reference.UnknownRouteView.as_view()),
]
