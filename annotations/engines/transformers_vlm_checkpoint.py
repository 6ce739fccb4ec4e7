"""Where a model's files are, that they are the ones meant, and that none of them can run."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final

from annotations.engines.base import EngineError

# The one architecture of this adapter: DharmaOCR, Nanonets-OCR2, olmOCR-2 and Qwen2.5-VL are of it.
MODEL_TYPE: Final = "qwen2_5_vl"
_HUB_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
# What is fetched and read; a pickle is neither.
FILES: Final = ("*.safetensors", "*.json", "*.jinja", "merges.txt")


def check_source(model_id: str, revision: str) -> None:
    """Refuse what is neither a checkpoint's absolute directory nor a pinned hub id.

    Raises EngineError.
    """
    if is_directory(model_id):
        check_directory(Path(model_id))
        if revision:
            raise EngineError("a local checkpoint is pinned by its bytes: leave out the revision")
    elif not _HUB_ID.fullmatch(model_id) or ".." in model_id:
        raise EngineError(
            f"the model {model_id!r:.80} is neither a hub id (ORG/NAME) nor the absolute path of "
            "a checkpoint's directory"
        )
    elif not _COMMIT.fullmatch(revision):
        raise EngineError(
            f"pin {model_id} to a commit: a revision of 40 hexadecimal digits, "
            "since a branch or a tag can move"
        )


def is_directory(model_id: str) -> bool:
    """Tell whether a model is named by an absolute path without `..`."""
    return model_id.startswith("/") and ".." not in Path(model_id).parts


def check_directory(folder: Path) -> dict[str, Any]:
    """Return the configuration of a checkpoint that is safe to load. Raises EngineError."""
    config = _configuration(folder)
    if not any(folder.glob("*.safetensors")):
        raise EngineError(
            f"{folder.name} holds no safetensors weights; pickled ones (.bin, .pt, .pth) can run "
            "code and are never loaded: convert them first"
        )
    if config.get("model_type") != MODEL_TYPE:
        raise EngineError(
            f"{folder.name} is of the type {config.get('model_type')!r:.40}, not {MODEL_TYPE}"
        )
    return config


def fingerprint(folder: Path) -> str:
    """Return the sha256 over names and bytes of the files that a model is made of."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in FILES for path in folder.glob(pattern)}):
        with path.open("rb") as file:
            digest.update(
                f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode()
            )
    return digest.hexdigest()


def fetch(model_id: str, revision: str, expected: str) -> Path:
    """Return the directory of a model's files, taken from the hub where it is no directory.

    Raises EngineError where they cannot be had, are not safe, or are not what they were.
    """
    if not is_directory(model_id):
        folder = _from_hub(model_id, revision)
        check_directory(folder)
        return folder
    check_directory(Path(model_id))
    if expected and fingerprint(Path(model_id)) != expected:
        raise EngineError(f"{model_id} has changed since this engine was added: add it again")
    return Path(model_id)


def _from_hub(model_id: str, revision: str) -> Path:
    from huggingface_hub import snapshot_download  # of the extra [vlm]
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model_id, revision=revision, allow_patterns=list(FILES)))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise EngineError(f"{model_id} cannot be fetched: {str(error)[:200]}") from error


def _configuration(folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise EngineError(f"{folder} is no checkpoint: it has no readable config.json")
    return config
