"""The environment: a nonsense value stops the start with one line that names it."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ocrlab import env

GOOD = {"SECRET_KEY": "a long random string of the operator"}


def test_defaults_are_the_embedded_ones() -> None:
    read = env.read(GOOD)
    assert (read.database_url, read.celery_broker_url, read.debug) == (None, None, False)
    assert read.data_dir == env.CHECKOUT / "var"
    assert read.storage_url == (env.CHECKOUT / "var" / "files").as_uri()
    assert (read.language, read.hf_endpoint) == ("pt-br", "https://huggingface.co")
    assert env.database(read)["ENGINE"] == "ocrlab.embedded.backend"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "postgresql://localhost:99999/x"),
        ("CELERY_BROKER_URL", "sqs://x"),
        ("CELERY_BROKER_URL", "redis://"),
        ("OCRLAB_DATA_DIR", "/etc/hostname"),
        ("OCRLAB_STORAGE_URL", "ftp://x/y"),
        ("OCRLAB_STORAGE_URL", "file://relative"),
        ("OCRLAB_STORAGE_URL", "s3://No_Bucket"),
        ("OCRLAB_SECRETS_KEYS", "short"),
        ("DEBUG", "maybe"),
        ("OCRLAB_PLAIN_HTTP", "2"),
        ("ALLOWED_HOSTS", "https://x.example"),
        ("ALLOWED_HOSTS", "a,,b"),
        ("OCRLAB_LANGUAGE", "tlh"),
        ("OCRLAB_WEB_THREADS", "-1"),
        ("OCRLAB_WEB_THREADS", "1000"),
        ("HF_ENDPOINT", "hub"),
        ("HF_TOKEN", "hf_with blank"),
    ],
)
def test_nonsense_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(env.EnvError, match=f"^{name}: ") as error:
        env.read({**GOOD, name: value})
    assert "\n" not in str(error.value)


def test_every_variable_is_in_the_example() -> None:
    source = (env.CHECKOUT / "ocrlab" / "env.py").read_text()
    known = set(re.findall(r'get\("([A-Z_]+)"', source))
    example = (env.CHECKOUT / ".env.example").read_text()
    assert known == set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))


def test_a_missing_secret_key_refuses_to_start_outside_debug() -> None:
    with pytest.raises(env.EnvError, match=r"^SECRET_KEY: is not set"):
        env.read({})


def test_debug_keeps_one_random_key_for_its_owner_alone(tmp_path: Path) -> None:
    environ = {"DEBUG": "1", "OCRLAB_DATA_DIR": str(tmp_path / "var")}
    key = env.read(environ).secret_key
    assert len(key) >= 50
    assert env.read(environ).secret_key == key
    kept = tmp_path / "var" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert env.read({**environ, "OCRLAB_DATA_DIR": str(tmp_path / "b")}).secret_key != key


def test_secrets_are_absent_from_the_printed_environment() -> None:
    secret = "hunter2hunter2"  # what must not be seen
    read = env.read(
        {
            "SECRET_KEY": secret,
            "HF_TOKEN": secret,
            "DATABASE_URL": f"postgresql://u:{secret}@h/d",
            "CELERY_BROKER_URL": f"redis://:{secret}@h/0",
        }
    )
    assert secret not in repr(read)


def test_a_database_url_becomes_django_s_entry() -> None:
    url = "postgresql://jos%C3%A9:p%40ss@db.example:6432/acervo?sslmode=require"
    entry = env.database(env.read({**GOOD, "DATABASE_URL": url, "OCRLAB_WEB_THREADS": "4"}))
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("acervo", "josé", "p@ss")
    assert (entry["HOST"], entry["PORT"]) == ("db.example", "6432")
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert entry["OPTIONS"]["pool"]["max_size"] == 4


def test_storage_may_be_a_folder_or_a_bucket(tmp_path: Path) -> None:
    folder = env.storage(env.read({**GOOD, "OCRLAB_STORAGE_URL": tmp_path.as_uri()}))
    assert folder["OPTIONS"]["location"] == str(tmp_path)
    bucket = env.storage(env.read({**GOOD, "OCRLAB_STORAGE_URL": "s3://acervo/pages"}))
    assert bucket["OPTIONS"] == {"bucket_name": "acervo", "location": "pages"}


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "celery", "-A", "ocrlab", "worker"],
        ["-c", "import ocrlab.wsgi"],
    ],
    ids=["command", "worker", "web"],
)
def test_every_way_to_start_ends_in_that_line(command: list[str]) -> None:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(
        [sys.executable, *command],
        cwd=env.CHECKOUT,
        env={**environ, "OCRLAB_LANGUAGE": "tlh"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert result.stderr.splitlines() == ["OCRLAB_LANGUAGE: 'tlh' is not one of pt-br, en"]
