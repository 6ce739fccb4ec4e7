"""The people, project and engine of the bench, made by the product's own actions."""

from annotations.models import Blob, Engine, Project, User
from annotations.people.members import set_member
from annotations.people.projects import create_project, current_fields, current_guideline
from annotations.people.tokens import create_token
from annotations.states import Role, Scope
from benchmarks.rows import Cast

SLUG = "bench"
AUTHORS = 20  # people who wrote the generated revisions
REVIEWERS = 8  # people who submit at the same time
EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def find_or_make() -> Cast:
    """Return the keys of the bench's project, which is made on the first run."""
    cli = User.objects.system("cli")
    project = Project.objects.filter(slug=SLUG).first()
    if project is None:
        project = create_project(actor=cli, slug=SLUG, name="Bench")
    authors = [_person(project, f"author-{number}").id for number in range(AUTHORS)]
    # Rows alone: no request of the bench reads these bytes.
    blob, _ = Blob.objects.get_or_create(
        project=project, sha256=EMPTY_SHA256, defaults={"size": 1, "media_type": "image/jpeg"}
    )
    engine, _ = Engine.objects.get_or_create(
        name="bench", version=1, defaults={"adapter": "replay", "identity": "bench"}
    )
    return Cast(
        project=project.id,
        blob=blob.id,
        engine=engine.id,
        authors=authors,
        approver=_person(project, "approver").id,
        fields=current_fields(project).pk,
        guideline=current_guideline(project).pk,
    )


def tokens() -> list[str]:
    """Return fresh tokens of `REVIEWERS` reviewers."""
    cli, project = User.objects.system("cli"), Project.objects.get(slug=SLUG)
    scopes = [Scope.READ, Scope.ANNOTATE]
    return [
        create_token(actor=cli, user=_person(project, f"reviewer-{number}"), scopes=scopes)[1]
        for number in range(REVIEWERS)
    ]


def _person(project: Project, name: str) -> User:
    user, fresh = User.objects.get_or_create(username=f"bench-{name}")
    if fresh:
        set_member(actor=User.objects.system("cli"), project=project, user=user, role=Role.APPROVER)
    return user
