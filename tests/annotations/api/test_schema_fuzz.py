"""The API keeps what its OpenAPI says, whatever is sent: no server error, no schema violation."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from annotations.models import Lease, PrelabelRun, Project, User
from tests.rows import make_document, make_engine, make_open_page, use_engine

if TYPE_CHECKING:
    from tests.annotations.api.conftest import ProgramFor

pytestmark = pytest.mark.django_db

EXAMPLES = 10

application = get_wsgi_application()


def undone(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request and take its effects back, so that the next meets the same world."""
    if not connection.in_atomic_block:  # the schema itself is read before any test
        return application(environ, start_response)
    # A request's end would close the connection that the test's transaction lives on.
    kept = patch.object(connections["default"], "close_if_unusable_or_obsolete")
    with kept, transaction.atomic():
        parts: Any = application(environ, start_response)
        answer = b"".join(parts)
        parts.close()
        transaction.set_rollback(True)
    return [answer]


schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", undone)


@pytest.fixture
def world(project: Project, cast: dict[str, User]) -> dict[str, str]:
    """Return real ids by the noun that a path begins with."""
    engine = make_engine()
    use_engine(project, engine)
    page = make_open_page(project)
    lease = Lease.objects.create(
        page=page, user=cast["gerente"], kind="correct", expires_at="2100-01-01T00:00:00Z"
    )
    run = PrelabelRun.objects.create(project=project, engine=engine, requested_by=cast["gerente"])
    failed = make_document(project, 1, state="failed", error_code="corrupt")
    named = {"pages": page, "documents": failed, "leases": lease, "prelabel-runs": run}
    return {noun: str(row.pk) for noun, row in named.items()}


@pytest.fixture
def secret(program: "ProgramFor") -> str:
    """Return a manager's token."""
    return program("gerente").secret


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_its_description(
    case: Case, world: dict[str, str], secret: str
) -> None:
    _aim(case, world)
    # A header that was generated to be wrong stays as it is.
    headers = {"Authorization": f"Bearer {secret}"} if "Authorization" not in case.headers else {}
    # A shape cannot tell which people, engines and cursors there are: what it allows may be refused.
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])


def _aim(case: Case, world: dict[str, str]) -> None:
    """Point a path that was not generated to be wrong at rows that are there."""
    path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if path is None or path.mode is GenerationMode.NEGATIVE:
        return
    noun = case.path.split("/")[3]
    if "id" in case.path_parameters and noun in world:
        case.path_parameters["id"] = world[noun]
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = "acervo"
