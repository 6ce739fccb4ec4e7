"""The strict environment: every variable that configures OCRLab is read and judged here."""

import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from annotations.outbound.allowed import Allowed

CHECKOUT = Path(__file__).resolve().parent.parent
LANGUAGES = ("pt-br", "en")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
BROKER_SCHEMES = ("redis", "rediss", "amqp", "amqps")
SECRET_BYTES = 50  # Django's own generator gives 50 characters; bytes give more entropy
POOL_WAIT_S = 5  # a request that waits longer for a connection is better answered 503
MAX_WEB_THREADS = 64  # a pool beyond this would starve workers of the server's 100 connections

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
_HOST = re.compile(r"\*|\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
T = TypeVar("T")


class EnvError(Exception):
    """A variable holds nonsense; the text is one line that names it and says what would do."""


@dataclass(frozen=True)
class Env:
    """What the environment says, judged; None means "use the embedded default"."""

    data_dir: Path
    storage_url: str
    debug: bool
    plain_http: bool
    allowed_hosts: tuple[str, ...]
    language: str
    web_threads: int
    hf_endpoint: str
    outbound_allow: Allowed
    database_url: str | None = field(repr=False)
    celery_broker_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    secrets_keys: tuple[str, ...] = field(repr=False)
    hf_token: str | None = field(repr=False)


def read(environ: Mapping[str, str]) -> Env:
    """Read and judge `environ`. Raises EnvError naming the first variable that is nonsense."""

    def get(name: str, judge: Callable[[str], T], default: str = "") -> T:
        try:
            return judge(environ.get(name, "").strip() or default)
        except ValueError as error:
            raise EnvError(f"{name}: {error}") from None

    data_dir = get("OCRLAB_DATA_DIR", _folder, str(CHECKOUT / "var"))
    debug = get("DEBUG", _flag)
    return Env(
        data_dir=data_dir,
        storage_url=get("OCRLAB_STORAGE_URL", _storage_url, (data_dir / "files").as_uri()),
        debug=debug,
        plain_http=get("OCRLAB_PLAIN_HTTP", _flag),
        allowed_hosts=get("ALLOWED_HOSTS", _hosts, ",".join(LOCAL_HOSTS)),
        language=get("OCRLAB_LANGUAGE", _language, LANGUAGES[0]),
        web_threads=get("OCRLAB_WEB_THREADS", _threads, "0"),
        hf_endpoint=get("HF_ENDPOINT", _endpoint, "https://huggingface.co"),
        outbound_allow=get("OCRLAB_OUTBOUND_ALLOW", Allowed.parse),
        database_url=get("DATABASE_URL", _database_url),
        celery_broker_url=get("CELERY_BROKER_URL", _broker_url),
        secret_key=get("SECRET_KEY", lambda value: _secret_key(value, debug, data_dir)),
        secrets_keys=get("OCRLAB_SECRETS_KEYS", _secrets_keys),
        hf_token=get("HF_TOKEN", _token),
    )


def kept_secret(data_dir: Path) -> str:
    """Return this checkout's random key, made on first use in a file only its owner reads."""
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        try:
            path.hardlink_to(fresh)  # the first of several racing processes wins, whole
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def database(env: Env) -> dict[str, Any]:
    """Return Django's DATABASES entry: the embedded server where no DATABASE_URL is given."""
    entry: dict[str, Any] = {
        "ENGINE": "ocrlab.embedded.backend",
        "NAME": "ocrlab",
        "DATA_DIR": env.data_dir,
    }
    options: dict[str, Any] = {}
    if env.database_url is not None:
        url = urlsplit(env.database_url)
        options = dict(parse_qsl(url.query))
        entry = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path[1:]),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": options.pop("host", unquote(url.hostname or "")),
            "PORT": str(url.port or options.pop("port", "")),
        }
    if env.web_threads:
        # Only web processes pool: a pool does not survive the fork of a worker.
        options["pool"] = {"min_size": 1, "max_size": env.web_threads, "timeout": POOL_WAIT_S}
    # Values travel beside the statement, so that the server plans it once a connection.
    options |= {"server_side_binding": True, "prepare_threshold": 5}
    return {**entry, "OPTIONS": options, "CONN_HEALTH_CHECKS": True}


def storage(env: Env) -> dict[str, Any]:
    """Return Django's `default` STORAGES entry for a local folder or an S3 bucket."""
    url = urlsplit(env.storage_url)
    if url.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": unquote(url.path),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": url.netloc, "location": unquote(url.path[1:])},
    }


def _flag(value: str) -> bool:
    if value.lower() not in _TRUE | _FALSE:
        raise ValueError(f"{value!r} is neither on nor off; use 1 or 0")
    return value.lower() in _TRUE


def _folder(value: str) -> Path:
    if "\0" in value:
        raise ValueError("holds a NUL byte")
    path = CHECKOUT / Path(value).expanduser()  # a relative folder means the same from anywhere
    if path.exists() and not path.is_dir():
        raise ValueError(f"{value!r} exists and is not a folder")
    return path.resolve()


def _split(value: str) -> SplitResult:
    parts = urlsplit(value)
    _ = parts.port  # raises ValueError when the port is not a number of 0-65535
    return parts


def _database_url(value: str) -> str | None:
    if not value:
        return None
    url = _split(value)
    if url.scheme not in {"postgres", "postgresql"} or not url.path[1:] or "/" in url.path[1:]:
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    return value


def _broker_url(value: str) -> str | None:
    if not value:
        return None
    url = _split(value)
    if url.scheme not in BROKER_SCHEMES or not url.hostname:
        raise ValueError("must look like redis://host:6379/0 or amqp://user:password@host//")
    return value


def _storage_url(value: str) -> str:
    url = _split(value)
    if url.scheme == "file" and not url.netloc and url.path.startswith("/"):
        return value
    if url.scheme == "s3" and _BUCKET.fullmatch(url.netloc):
        return value
    raise ValueError("must look like file:///folder or s3://bucket/prefix")


def _secret_key(value: str, debug: bool, data_dir: Path) -> str:  # noqa: FBT001
    if value:
        return value
    if not debug:
        raise ValueError(
            "is not set; give a long random string (script/server keeps one in the data folder), "
            "or set DEBUG=1 on a developer's machine"
        )
    return kept_secret(data_dir)


def _secrets_keys(value: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in value.split(",")) if value else ()
    if any(not re.fullmatch(r"[A-Za-z0-9_-]{43}=", key) for key in keys):
        raise ValueError("must be Fernet keys (44 characters of URL-safe base64) between commas")
    return keys


def _hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in value.split(","))
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ValueError(f"{host!r} is not a host name (no scheme, no port, commas between)")
    return hosts


def _language(value: str) -> str:
    code = value.lower().replace("_", "-")
    if code not in LANGUAGES:
        raise ValueError(f"{value!r} is not one of {', '.join(LANGUAGES)}")
    return code


def _threads(value: str) -> int:
    if not value.isdecimal() or int(value) > MAX_WEB_THREADS:
        raise ValueError(f"{value!r} is not a number of threads from 0 to {MAX_WEB_THREADS}")
    return int(value)


def _endpoint(value: str) -> str:
    url = _split(value)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError("must be an http(s) address")
    return value.rstrip("/")


def _token(value: str) -> str | None:
    if any(not 0x21 <= ord(character) <= 0x7E for character in value):  # noqa: PLR2004  printable ASCII
        raise ValueError("holds blanks or characters that no token has")
    return value or None


if __name__ == "__main__":
    # For scripts of a one-machine installation: export SECRET_KEY="$(python -m ocrlab.env)"
    sys.stdout.write(kept_secret(read({**os.environ, "DEBUG": "1"}).data_dir))
