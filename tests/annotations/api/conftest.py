"""Programs of the cast, and a page for them to work on."""

from collections.abc import Callable, Iterable

import pytest

from annotations.models import Page, Project, User
from annotations.people.tokens import create_token
from annotations.states import Scope
from tests.api_client import Program
from tests.rows import make_open_page

ProgramFor = Callable[..., Program]


@pytest.fixture
def program(cast: dict[str, User]) -> ProgramFor:
    """Return `program(name, scopes=…, project=…)`: a client with a fresh token of that person."""

    def program_for(
        name: str, scopes: Iterable[str] = tuple(Scope), project: Project | None = None
    ) -> Program:
        user = cast[name]
        _token, secret = create_token(actor=user, user=user, scopes=scopes, project=project)
        return Program(secret)

    return program_for


@pytest.fixture
def page(project: Project) -> Page:
    """Return an open page with a prediction."""
    return make_open_page(project)
