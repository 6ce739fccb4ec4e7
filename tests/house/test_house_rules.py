"""Rules of the house that a machine can hold."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PRODUCT = ("ocrlab", "annotations", "exports")
LINES = 400
TEST_LINES = 500
TEMPLATE_LINES = 120
TYPESCRIPT_LINES = 200
# Names that say nothing about what lives in them.
NO_ROOMS = {"utils", "helpers", "common", "mixins", "misc"}


def files(folder: str, suffix: str) -> Iterator[Path]:
    for path in sorted((CHECKOUT / folder).rglob(f"*{suffix}")):
        if not {"migrations", "node_modules", "vendor", "correction"} & set(path.parts):
            yield path


def product_modules() -> list[Path]:
    return [path for folder in PRODUCT for path in files(folder, ".py")]


def too_long(paths: Iterator[Path], limit: int) -> list[str]:
    counted = ((path, len(path.read_text().splitlines())) for path in paths)
    return [f"{path.relative_to(CHECKOUT)}: {n}" for path, n in counted if n > limit]


@pytest.mark.parametrize("folder", [*PRODUCT, "script"])
def test_no_module_is_too_long(folder: str) -> None:
    assert too_long(files(folder, ".py"), LINES) == []


def test_no_test_module_is_too_long() -> None:
    assert too_long(files("tests", ".py"), TEST_LINES) == []


@pytest.mark.parametrize("folder", PRODUCT)
def test_no_template_is_too_long(folder: str) -> None:
    assert too_long(files(folder, ".html"), TEMPLATE_LINES) == []


def test_no_typescript_module_is_too_long() -> None:
    assert too_long(files("frontend/src", ".ts"), TYPESCRIPT_LINES) == []


def test_every_room_has_a_telling_name() -> None:
    assert [path for path in product_modules() if path.stem in NO_ROOMS] == []


def test_no_dangerous_call_is_made() -> None:
    """Promise 30: no pickle, yaml.load, eval, exec, shell=True, mark_safe, filter(**request…)."""
    found = [
        f"{path.name}:{line} {what}" for path in product_modules() for line, what in dangers(path)
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "import pickle",
        "eval('1')",
        "import subprocess\nsubprocess.run('x', shell=True)",
        "from django.utils.safestring import mark_safe\nmark_safe(text)",
        "import yaml\nyaml.load(text)",
        "Page.objects.filter(**request.GET)",
    ],
)
def test_planted_dangers_are_seen(planted: str, tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    path.write_text(planted)
    assert list(dangers(path))


DANGEROUS_CALLS = {"eval", "exec", "mark_safe", "yaml.load", "torch.load", "os.system"}


def dangers(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
            if modules & {"pickle", "marshal", "shelve"}:
                yield node.lineno, "pickle"
        if isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in dangers_of_call(node))


def dangers_of_call(node: ast.Call) -> Iterator[str]:
    if ast.unparse(node.func) in DANGEROUS_CALLS:
        yield ast.unparse(node.func)
    for keyword in node.keywords:
        if keyword.arg == "shell":
            yield "shell="
        if keyword.arg is None and "request" in ast.unparse(keyword.value):
            yield "filter(**request…)"


def test_the_web_process_never_loads_torch() -> None:
    code = (
        "import django; django.setup(); import ocrlab.urls, sys;"
        "print([m for m in ('torch', 'transformers', 'datasets', 'pandas') if m in sys.modules])"
    )
    assert run_python(code).stdout.strip() == "[]"


def test_production_settings_pass_the_deployment_check() -> None:
    done = run_python(
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('check', deploy=True, fail_level='WARNING')",
        DEBUG="0",
        SECRET_KEY="k" * 32 + "-Zx9_uQ4vT7pLr2Wn8Bs5Yd3Hg6Jf1Mc0",
        ALLOWED_HOSTS="ocr.example.org",
    )
    assert done.returncode == 0, done.stderr


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "ocrlab.settings", **environment}
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # set for the browser tests' own process
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
