"""Routes of the API for what leads to approved text."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from annotations.api import (
    documents,
    drafts,
    engines,
    me,
    members,
    page_files,
    page_history,
    pages,
    projects,
    queue,
    reviews,
    runs,
)


class ProjectSlug(StringConverter):
    """A project's slug; what can be none is no route."""

    regex = "[a-z0-9-]{1,64}"


register_converter(ProjectSlug, "project_slug")

urlpatterns = [
    path("me/", me.MeView.as_view()),
    path("projects/", projects.ProjectsView.as_view()),
    path("projects/<project_slug:slug>/", projects.ProjectView.as_view()),
    path("projects/<project_slug:slug>/members/", members.MembersView.as_view()),
    path("projects/<project_slug:slug>/documents/", documents.DocumentsView.as_view()),
    path("projects/<project_slug:slug>/pages/", pages.PagesView.as_view()),
    path("projects/<project_slug:slug>/queue/next/", queue.QueueNextView.as_view()),
    path("projects/<project_slug:slug>/prelabel-runs/", runs.RunsView.as_view()),
    path("projects/<project_slug:slug>/engines/", engines.ProjectEnginesView.as_view()),
    path("prelabel-runs/<uuid:key>/", runs.RunView.as_view()),
    path("prelabel-runs/<uuid:key>/cancel/", runs.RunCancelView.as_view()),
    path("documents/<uuid:key>/", documents.DocumentView.as_view()),
    path("documents/<uuid:key>/retry/", documents.DocumentRetryView.as_view()),
    path("pages/<uuid:key>/", pages.PageView.as_view()),
    path("pages/<uuid:key>/image/", page_files.PageImageView.as_view(), name="api-page-image"),
    path(
        "pages/<uuid:key>/thumbnail/",
        page_files.PageThumbnailView.as_view(),
        name="api-page-thumbnail",
    ),
    path("pages/<uuid:key>/words/", page_history.PageWordsView.as_view()),
    path("pages/<uuid:key>/predictions/", page_history.PagePredictionsView.as_view()),
    path("pages/<uuid:key>/revisions/", page_history.PageRevisionsView.as_view()),
    path("pages/<uuid:key>/events/", page_history.PageEventsView.as_view()),
    path("pages/<uuid:key>/draft/", drafts.DraftView.as_view()),
    path("pages/<uuid:key>/submit/", reviews.SubmitView.as_view()),
    path("pages/<uuid:key>/verdict/", reviews.VerdictView.as_view()),
    path("pages/<uuid:key>/skip/", reviews.SkipView.as_view()),
    path("pages/<uuid:key>/reopen/", reviews.ReopenView.as_view()),
    path("pages/<uuid:key>/exclude/", reviews.ExcludeView.as_view()),
    path("pages/<uuid:key>/include/", reviews.IncludeView.as_view()),
    path("leases/<uuid:key>/renew/", queue.LeaseRenewView.as_view()),
    path("leases/<uuid:key>/release/", queue.LeaseReleaseView.as_view()),
]
