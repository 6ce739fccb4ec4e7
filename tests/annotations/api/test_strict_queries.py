"""Query parameters: unknown ones are refused, filters traverse nothing, cursors are ours."""

from typing import TYPE_CHECKING

import pytest

from annotations.models import Document, Page, Project
from tests.rows import make_document

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

LISTS = (
    "projects/",
    "projects/acervo/members/",
    "projects/acervo/documents/",
    "projects/acervo/pages/",
    "projects/acervo/prelabel-runs/",
    "projects/acervo/engines/",
    "projects/acervo/releases/",
)
TRAVERSALS = (
    "owner__password__startswith=a",
    "uploaded_by__password__startswith=pbkdf2",
    "project__memberships__user__password__regex=.",
    "state__in=open,approved",
    "external_id__startswith=A",
    "q__contains=a",
    "ordering=uploaded_by__password",
    "page_size=1000000",
    "format=api",
)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", TRAVERSALS)
def test_a_filter_cannot_traverse(
    project: Project, program: "ProgramFor", path: str, query: str
) -> None:
    answer = program("gerente").get(f"{path}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_every_route_refuses_parameters_it_does_not_know(page: Page, program: "ProgramFor") -> None:
    for path in ("me/", f"pages/{page.id}/", f"pages/{page.id}/words/?v=1", "projects/acervo/"):
        separator = "&" if "?" in path else "?"
        assert program("gerente").get(f"{path}{separator}x=1").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "state=Open",
        "state=", "state=open&state=waiting", "updated_after=ontem", "q=%00",
        "limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00", "q=" + "a" * 201,
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused(project: Project, program: "ProgramFor", query: str) -> None:
    assert program("leitora").get(f"projects/acervo/pages/?{query}").status_code == 400


def test_search_words_are_words_not_a_language(project: Project, program: "ProgramFor") -> None:
    for words in ("%27%3B--", "%22", "a+%26+%7C+!", "-+-", "%25_", "%5C", ":*"):
        for noun in ("pages", "documents"):
            assert program("leitora").get(f"projects/acervo/{noun}/?q={words}").status_code == 200


def test_a_cursor_belongs_to_one_list(project: Project, program: "ProgramFor") -> None:
    for seed in range(3):
        make_document(project, seed)
    reader = program("leitora")
    answer = reader.get("projects/acervo/documents/?limit=1").json()
    cursor = answer["next"].partition("cursor=")[2]
    assert reader.get(f"projects/acervo/documents/?cursor={cursor}").status_code == 200
    assert reader.get(f"projects/acervo/pages/?cursor={cursor}").status_code == 400
    assert reader.get(f"projects/acervo/documents/?cursor={cursor}x").status_code == 400


def test_a_cursor_stays_right_while_rows_come_in(project: Project, program: "ProgramFor") -> None:
    for seed in range(4):
        make_document(project, seed)
    reader = program("leitora")
    first = reader.get("projects/acervo/documents/?limit=2").json()
    make_document(project, 9)
    Document.objects.filter(filename="documento-2.png").delete()
    second = reader.get(first["next"].removeprefix("http://testserver")).json()
    assert [row["filename"] for row in second["results"]] == ["documento-1.png", "documento-0.png"]
