"""Both languages are whole: every string of the source has a Portuguese one that fits it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

CHECKOUT = Path(__file__).resolve().parent.parent
APPS = ("annotations", "exports", "ocrlab")
KEPT = Path("locale/pt_BR/LC_MESSAGES/django.po")
PLACE = re.compile(r"%\((\w+)\)[sd]|%%")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="pt_BR")


def _strings(message: Message) -> list[str]:
    text = message.string
    return [text] if isinstance(text, str) else list(text)


@pytest.fixture(scope="module", params=APPS)
def catalogues(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Catalog]:
    """Return what the sources of one app say now, and what its catalogue translates."""
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed on this machine")
    copy = tmp_path_factory.mktemp("catalogue") / request.param
    ignored = shutil.ignore_patterns("static", "__pycache__", "locale")
    shutil.copytree(CHECKOUT / request.param, copy, ignore=ignored)
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "pt_BR", "-v", "0"]
    # Without settings: the command then looks at this folder alone.
    environ = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, check=True, capture_output=True, env=environ)
    return _read(copy / KEPT), _read(CHECKOUT / request.param / KEPT)


def test_every_string_is_translated(catalogues: tuple[Catalog, Catalog]) -> None:
    source, kept = catalogues
    missing = []
    for message in source:
        if not message.id:
            continue
        found = kept.get(
            message.id[0] if isinstance(message.id, tuple) else message.id, message.context
        )
        if found is None or found.fuzzy or not all(_strings(found)):
            missing.append(message.id)
    assert missing == []


def test_nothing_is_translated_that_is_not_said(catalogues: tuple[Catalog, Catalog]) -> None:
    source, kept = catalogues
    said = {(message.id, message.context) for message in source}
    assert [m.id for m in kept if m.id and (m.id, m.context) not in said] == []


def test_translations_fill_in_the_same_names(catalogues: tuple[Catalog, Catalog]) -> None:
    _source, kept = catalogues
    for message in kept:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(PLACE.findall(ids[-1]))
        for text in _strings(message):
            assert set(PLACE.findall(text)) == wanted, message.id
