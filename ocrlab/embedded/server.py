"""Initialise and start one embedded PostgreSQL. Callers hold the start lock."""

import os
import secrets
import shlex
import shutil
import subprocess
import time

import psycopg

from ocrlab.embedded.home import EmbeddedError, Home
from ocrlab.embedded.keeper import server_pid

USER = DATABASE = "ocrlab"
START_WAIT_S = 60  # recovery after a crash replays at most max_wal_size of log
START_ATTEMPTS, START_RETRY_S = 10, 0.5
CONNECT_WAIT_S = 10
STATUS_LINE = 7  # of postmaster.pid, counted from 0
LOG_LIMIT = 5_000_000  # bytes; beyond that the log starts anew, the old one is kept once

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",  # web threads + workers + tests; each costs a few MB at most
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and details would carry document text into a log file.
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def parameters(home: Home) -> dict[str, str]:
    """Return psycopg's connection parameters. Raises OSError before the first start."""
    return {
        "host": str(home.run),
        "port": "5432",
        "user": USER,
        "password": home.password.read_text(),
    }


def is_ready(home: Home) -> bool:
    """Tell from the server's own status line whether it says it takes connections."""
    if server_pid(home.data) is None:
        return False
    try:
        lines = (home.data / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return False  # it has just stopped
    return any(line.strip() == "ready" for line in lines[STATUS_LINE:])


def start(home: Home) -> None:
    """Start the server, after initdb where there is none. Raises EmbeddedError with the cure."""
    if not home.data.exists():
        _initialise(home)
    _refuse_other_version(home)
    if server_pid(home.data) is None:
        # After a reboot the number may belong to another process, which would hinder the start.
        (home.data / "postmaster.pid").unlink(missing_ok=True)
    _turn_log(home)
    options = {**SETTINGS, "unix_socket_directories": str(home.run)}
    joined = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
    _run(home, joined)
    _make_database(home)


def _run(home: Home, options: str) -> None:
    """Start it; after a crash the dead server's last processes may hinder that for a moment."""
    command = ("pg_ctl", "start", "-w", "-s", "-D", str(home.data), "-l", str(home.log))
    for left in reversed(range(START_ATTEMPTS)):
        try:
            return _call(home, *command, "-t", str(START_WAIT_S), "-o", options)
        except EmbeddedError:
            if is_ready(home):
                return None  # somebody started it by hand meanwhile
            if not left:
                raise
            time.sleep(START_RETRY_S)
    return None


def _initialise(home: Home) -> None:
    fresh = home.root / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    home.give(fresh)
    home.password.touch(mode=0o600)
    home.give(home.password)
    home.password.write_text(secrets.token_urlsafe(32))
    _call(home, "initdb", "-D", str(fresh), "--username", USER, "--pwfile", str(home.password),
          "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
          "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")  # fmt: skip
    fresh.rename(home.data)


def _refuse_other_version(home: Home) -> None:
    found = (home.data / "PG_VERSION").read_text().strip()
    ours = home.bin.parent.name.removeprefix("pginstall")
    if found != ours:
        raise EmbeddedError(
            f"{home.data} was written by PostgreSQL {found}, this installation has {ours}: dump it "
            f"with `pg_dumpall` of PostgreSQL {found}, move the folder away, start, and restore"
        )


def _turn_log(home: Home) -> None:
    if home.log.exists() and home.log.stat().st_size > LOG_LIMIT:
        home.log.rename(home.log.with_name("log.old"))
    home.log.touch(mode=0o600)
    home.give(home.log)


def _make_database(home: Home) -> None:
    address = psycopg.conninfo.make_conninfo(
        dbname="postgres", connect_timeout=CONNECT_WAIT_S, **parameters(home)
    )
    with psycopg.connect(address, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _call(home: Home, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as its owner, in a session of its own."""
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    result = subprocess.run(
        [str(home.bin / program), *arguments],
        check=False,
        cwd=home.root,
        env=environment,
        user=home.owner,
        group=home.owner,
        extra_groups=[] if home.owner else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in a terminal is not for the database
    )
    if result.returncode != 0:
        said = (result.stderr or b"").decode(errors="replace").strip().rpartition("\n")[2]
        raise EmbeddedError(f"{program} failed: {said or f'see the end of {home.log}'}")
