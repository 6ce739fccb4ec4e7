"""Pages about releases."""

from django.urls import path

from exports.web import releases

RELEASES = "projects/<slug:slug>/releases"
ONE = f"{RELEASES}/<int:number>"

urlpatterns = [
    path(f"{RELEASES}/", releases.releases, name="releases"),
    path(f"{RELEASES}/request/", releases.release_request, name="release_request"),
    path(f"{ONE}/", releases.release, name="release"),
    path(f"{ONE}/build/", releases.release_build, name="release_build"),
    path(f"{ONE}/cancel/", releases.release_cancel, name="release_cancel"),
    path(f"{ONE}/withdraw/", releases.release_withdraw, name="release_withdraw"),
]
