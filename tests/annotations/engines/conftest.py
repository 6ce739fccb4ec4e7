"""The tiny checkpoint, built once a run, and engines on it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from contract import draw_page, request_for
from tiny_checkpoint import SMALL, EngineFor, build_checkpoint

from annotations.engines.base import EngineRequest
from annotations.engines.registry import build
from annotations.engines.transformers_vlm import TransformersEngine


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def engine_for(tiny: Path) -> EngineFor:
    def make(folder: Path = tiny, **parameters: object) -> TransformersEngine:
        engine = build("transformers", str(folder), "", "Transcreva.", {**SMALL, **parameters})
        assert isinstance(engine, TransformersEngine)
        return engine

    return make


@pytest.fixture(scope="session")
def tiny_engine(engine_for: EngineFor) -> TransformersEngine:
    return engine_for()


@pytest.fixture(scope="session")
def four_pages(tmp_path_factory: pytest.TempPathFactory) -> list[EngineRequest]:
    folder = tmp_path_factory.mktemp("pages")
    return [
        request_for(draw_page(folder / f"{number}.png", [f"Pagina {number}"] * (1 + 4 * number)))
        for number in range(4)
    ]


@pytest.fixture
def variant(tiny: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return a copy of the checkpoint whose file says something else."""

    def make(file: str, **values: object) -> Path:
        folder = tmp_path / "variant"
        shutil.copytree(tiny, folder, dirs_exist_ok=True)
        written = json.loads((folder / file).read_text())
        (folder / file).write_text(json.dumps({**written, **values}))
        return folder

    return make
