"""What every test may lean on: a database of its own, a folder of its own, a fixed cast."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

if TYPE_CHECKING:
    from annotations.models import Project, User

ClientFor = Callable[[str], Client]

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"
PASSWORD = "uma senha de teste bem longa"

CAST = ("gerente", "revisora", "revisor", "aprovadora", "leitora", "estranha", "gerente_alheia")
ROLES = {
    "gerente": "manager",
    "revisora": "reviewer",
    "revisor": "reviewer",
    "aprovadora": "approver",
    "leitora": "viewer",
}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_xdist_suffix: None,
) -> None:
    """Name the test database after this run, so that two runs never meet."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    for database in settings.DATABASES.values():
        database["TEST"] = {**database.get("TEST", {}), "NAME": f"test_ocrlab_{run}_{worker}"}


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """Make the folder of collected files: their server warns where there is none."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Settings) -> Path:
    """Keep files, broker messages and static output of one test in its own folder."""
    settings.DATA_DIR = tmp_path / "var"
    settings.DATA_DIR.mkdir()
    storages = dict(settings.STORAGES)
    storages["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(settings.DATA_DIR / "files")},
    }
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = storages
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LANGUAGE_CODE = "en"
    cache.clear()
    return settings.DATA_DIR


@pytest.fixture
def cast(db: None, system_users: Callable[[], None]) -> dict[str, "User"]:
    """Return the people: five members of `project`, a stranger, another project's manager."""
    from annotations.models import User

    system_users()
    return {name: User.objects.create_user(username=name, password=PASSWORD) for name in CAST}


@pytest.fixture
def project(cast: dict[str, "User"]) -> "Project":
    """Return the project `acervo` (second person, two fields) with its members."""
    from annotations.models import Membership
    from annotations.people.projects import create_project

    made = create_project(
        actor=cast["gerente"],
        slug="acervo",
        name="Acervo",
        fields=[
            {"name": "cpf", "label": "CPF", "type": "cpf"},
            {"name": "data", "label": "Data", "type": "date"},
        ],
    )
    for name, role in ROLES.items():
        if name != "gerente":
            Membership.objects.create(project=made, user=cast[name], role=role)
    return made


@pytest.fixture
def other_project(cast: dict[str, "User"]) -> "Project":
    """Return a project of `gerente_alheia` alone."""
    from annotations.people.projects import create_project

    return create_project(actor=cast["gerente_alheia"], slug="alheio", name="Alheio")


@pytest.fixture
def shared() -> Path:
    """Return the folder of real pages, or skip visibly where it is not beside the checkout."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the folder of real pages is not beside this checkout")
    return SHARED


@pytest.fixture
def as_user(cast: dict[str, "User"]) -> ClientFor:
    """Return `as_user(name)`: a browser session of that person."""

    def client_for(name: str) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(cast[name])
        return client

    return client_for


@pytest.fixture
def system_users() -> Callable[[], None]:
    """Return a function that brings back the system users after a test emptied the tables."""
    from annotations.models import User

    def bring_back() -> None:
        for name in ("cli", "ground-truth"):
            User.objects.get_or_create(username=name, defaults={"password": "!", "is_system": True})

    return bring_back
