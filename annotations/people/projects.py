"""Projects and the versions of what they ask for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.errors import Conflict, Invalid
from annotations.models import (
    Event,
    FieldsVersion,
    GuidelineVersion,
    Membership,
    Project,
    User,
)
from annotations.models.project import DEFAULT_KINDS, SLUG_PATTERN
from annotations.people.fields import read_fields
from annotations.states import ReviewPolicy, Role

NAME_LENGTH = 200
GUIDELINES_LENGTH = 100_000  # characters
KINDS_LIMIT = 20
KIND_PATTERN = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")


class SlugTaken(Conflict):
    """Another project has this slug."""

    code = "slug_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanges:
    """What to change in a project; None leaves a member as it is."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    review_policy: str | None = None
    kinds: list[str] | None = None
    fields: object | None = None
    guidelines: str | None = None


def current_fields(project: Project) -> FieldsVersion:
    """Return the newest fields version of a project."""
    return project.fields_versions.all()[0]


def current_guideline(project: Project) -> GuidelineVersion:
    """Return the newest guideline version of a project."""
    return project.guideline_versions.all()[0]


@transaction.atomic
def create_project(
    *,
    actor: User,
    slug: str,
    name: str,
    language: str = "pt-BR",
    time_zone: str = "America/Sao_Paulo",
    fields: object = (),
    guidelines: str = "",
    review_policy: str = ReviewPolicy.SECOND_PERSON,
    kinds: Iterable[str] | None = None,
) -> Project:
    """Create a project with its first fields and guideline; a person becomes its manager.

    Raises `Invalid` naming the member at fault, `SlugTaken` when the slug is in use.
    """
    if not re.match(SLUG_PATTERN, slug):
        raise _wrong("slug", _("Use a-z, 0-9 and hyphens, at most 64."))
    values = _checked(
        ProjectChanges(
            name=name,
            language=language,
            time_zone=time_zone,
            review_policy=review_policy,
            kinds=list(DEFAULT_KINDS if kinds is None else kinds),
        )
    )
    schema = read_fields(fields)
    try:
        with transaction.atomic():
            project = Project.objects.create(slug=slug, **values)
    except IntegrityError as error:
        message = _("The slug “%(slug)s” is taken. Choose another.") % {"slug": slug}
        raise SlugTaken(message) from error
    project.fields_versions.create(number=1, schema=schema, created_by=actor)
    project.guideline_versions.create(number=1, text=_guidelines(guidelines), created_by=actor)
    if not actor.is_system:
        Membership.objects.create(project=project, user=actor, role=Role.MANAGER)
    Event.objects.record(actor=actor, verb="project.created", row=project, project=project)
    return project


@transaction.atomic
def update_project(*, actor: User, project: Project, changes: ProjectChanges) -> Project:
    """Change a project; new fields or guidelines become a new immutable version."""
    values = _checked(changes)
    Project.objects.select_for_update().get(id=project.id)
    if values:
        Project.objects.filter(id=project.id).update(**values)
    changed = sorted(values)
    if changes.fields is not None:
        changed += _new_fields(project, read_fields(changes.fields), actor)
    if changes.guidelines is not None:
        changed += _new_guidelines(project, _guidelines(changes.guidelines), actor)
    if changed:
        Event.objects.record(
            actor=actor, verb="project.updated", row=project, project=project, changed=changed
        )
    return Project.objects.get(id=project.id)


def _new_fields(project: Project, schema: Any, actor: User) -> list[str]:
    newest = current_fields(project)
    if newest.schema == schema:
        return []
    project.fields_versions.create(number=newest.number + 1, schema=schema, created_by=actor)
    return ["fields"]


def _new_guidelines(project: Project, text: str, actor: User) -> list[str]:
    newest = current_guideline(project)
    if newest.text == text:
        return []
    project.guideline_versions.create(number=newest.number + 1, text=text, created_by=actor)
    return ["guidelines"]


def _checked(changes: ProjectChanges) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if changes.name is not None:
        values["name"] = _line(changes.name, "name", NAME_LENGTH)
    if changes.language is not None:
        values["language"] = _line(changes.language, "language", 35)
    if changes.time_zone is not None:
        values["time_zone"] = _time_zone(changes.time_zone)
    if changes.review_policy is not None:
        if changes.review_policy not in list(ReviewPolicy):
            raise _wrong("review_policy", _("Use single or second_person."))
        values["review_policy"] = str(changes.review_policy)
    if changes.kinds is not None:
        values["kinds"] = _kinds(changes.kinds)
    return values


def _line(value: str, member: str, length: int) -> str:
    value = value.strip()
    if not value or len(value) > length or not value.isprintable():
        message = _("One line of text, 1 to %(n)d characters.") % {"n": length}
        raise _wrong(member, message)
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = _("Unknown time zone. Use a name like America/Sao_Paulo.")
        raise _wrong("time_zone", message) from error
    return value


def _kinds(values: list[str]) -> list[str]:
    well_formed = 0 < len(values) <= KINDS_LIMIT and all(KIND_PATTERN.match(v) for v in values)
    if not well_formed or len(set(values)) != len(values):
        raise _wrong("kinds", _("1 to 20 different kinds of a-z, 0-9, hyphen and underscore."))
    return list(values)


def _guidelines(text: str) -> str:
    if len(text) > GUIDELINES_LENGTH or "\0" in text:
        message = _("Text of at most %(n)d characters.") % {"n": GUIDELINES_LENGTH}
        raise _wrong("guidelines", message)
    return text


def _wrong(member: str, message: str) -> Invalid:
    return Invalid(message, errors={member: [message]})
