"""Pages for people; the API has its own routes."""

from django.urls import path

from annotations.web import (
    accounts,
    correction,
    document,
    documents,
    engines,
    members,
    project_settings,
    projects,
    queue,
    review_inbox,
    runs,
    session,
)

PROJECT = "projects/<slug:slug>"

urlpatterns = [
    path("login/", session.log_in, name="login"),
    path("logout/", session.log_out, name="logout"),
    path("language/", session.set_language, name="set_language"),
    path("theme/", session.set_theme, name="set_theme"),
    path("password/", accounts.password, name="password"),
    path("people/", accounts.people, name="people"),
    path("people/create/", accounts.person_create, name="person_create"),
    path("people/<uuid:key>/password/", accounts.person_reset, name="person_reset"),
    path("people/<uuid:key>/active/", accounts.person_active, name="person_active"),
    path("", projects.projects, name="projects"),
    path("projects/", projects.project_create, name="project_create"),
    path("menu/", projects.project_menu, name="project_menu"),
    path(f"{PROJECT}/", documents.documents, name="documents"),
    path(f"{PROJECT}/documents/<uuid:key>/", document.document, name="document"),
    path(f"{PROJECT}/documents/<uuid:key>/retry/", document.document_retry, name="document_retry"),
    path(f"{PROJECT}/documents/<uuid:key>/erase/", document.document_erase, name="document_erase"),
    path(f"{PROJECT}/pages/<uuid:key>/", correction.correction, name="correction"),
    path(f"{PROJECT}/pages/<uuid:key>/exclude/", document.page_exclude, name="page_exclude"),
    path(f"{PROJECT}/pages/<uuid:key>/include/", document.page_include, name="page_include"),
    path(f"{PROJECT}/pages/<uuid:key>/open/", document.page_open, name="page_open"),
    path(f"{PROJECT}/correct/", queue.correct_next, name="correct_next"),
    path(f"{PROJECT}/review/", review_inbox.review_inbox, name="review_inbox"),
    path(f"{PROJECT}/approve/", queue.approve_next, name="approve_next"),
    path(f"{PROJECT}/engines/", engines.engines, name="engines"),
    path(f"{PROJECT}/engines/use/", runs.engine_use, name="engine_use"),
    path(f"{PROJECT}/runs/", runs.run_start, name="run_start"),
    path(f"{PROJECT}/runs/card/", engines.run_card, name="run_card"),
    path(f"{PROJECT}/runs/<uuid:key>/cancel/", runs.run_cancel, name="run_cancel"),
    path(f"{PROJECT}/members/", members.members, name="members"),
    path(f"{PROJECT}/members/set/", members.member_set, name="member_set"),
    path(f"{PROJECT}/members/<uuid:key>/remove/", members.member_remove, name="member_remove"),
    path(f"{PROJECT}/tokens/", members.token_create, name="token_create"),
    path(f"{PROJECT}/tokens/<uuid:key>/revoke/", members.token_revoke, name="token_revoke"),
    path(f"{PROJECT}/rules/", project_settings.project_rules, name="project_rules"),
    path(f"{PROJECT}/fields/", project_settings.project_fields, name="project_fields"),
]
