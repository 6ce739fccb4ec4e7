"""Routes of the API for releases."""

from django.urls import path

from exports.api import releases

RELEASES = "projects/<project_slug:slug>/releases"

urlpatterns = [
    path(f"{RELEASES}/", releases.ReleasesView.as_view()),
    path(f"{RELEASES}/<int:number>/", releases.ReleaseView.as_view()),
    path(f"{RELEASES}/<int:number>/cancel/", releases.ReleaseCancelView.as_view()),
    path(
        f"{RELEASES}/<int:number>/download/",
        releases.ReleaseDownloadView.as_view(),
        name="api-release-download",
    ),
]
