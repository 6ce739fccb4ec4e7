"""What is refused before a model is loaded, each with one sentence; none of it needs torch."""

import json
from fnmatch import fnmatch
from pathlib import Path

import pytest

from annotations.engines.base import EngineError
from annotations.engines.registry import build, pinned
from annotations.engines.transformers_vlm_checkpoint import check_directory, fetch

pytestmark = pytest.mark.alone

SHA = "0123456789abcdef0123456789abcdef01234567"


def checkpoint(folder: Path, weights: str = "model.safetensors", **config: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2_5_vl", **config}))
    (folder / weights).write_bytes(b"weights")
    return folder


def refusal(model: str, revision: str = "", prompt: str = "", **parameters: object) -> str:
    with pytest.raises(EngineError) as caught:
        build("transformers", model, revision, prompt, parameters)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "model", ["../../etc", "/etc/../etc", "etc", "", "a/b/c", "a/..", "./model", "https://x/y"]
)
def test_a_model_is_a_hub_id_or_an_absolute_directory(model: str) -> None:
    assert "is neither a hub id (ORG/NAME) nor the absolute path" in refusal(model, SHA)


@pytest.mark.parametrize("revision", ["", "main", "v1.0", SHA[:12], SHA.upper(), SHA + "0"])
def test_a_hub_id_is_pinned_to_a_commit(revision: str) -> None:
    assert "pin org/model to a commit: a revision of 40" in refusal("org/model", revision)


def test_a_pinned_hub_id_is_known_without_fetching_it() -> None:
    facts = build("transformers", "org/model", SHA, "", {}).facts
    assert (facts.model_id, facts.revision, facts.queue) == ("org/model", SHA, "gpu")
    assert facts.max_pixels // 784 + facts.max_new_tokens <= facts.context


@pytest.mark.parametrize("weights", ["pytorch_model.bin", "model.pt", "model.pth", "model.pkl"])
def test_pickled_weights_are_never_loaded(tmp_path: Path, weights: str) -> None:
    folder = checkpoint(tmp_path / "pickled", weights)
    assert "can run code and are never loaded: convert them first" in refusal(str(folder))


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    assert "it has no readable config.json" in refusal("/etc")
    assert "it has no readable config.json" in refusal("/no/such/folder")
    (tmp_path / "config.json").write_text("[" * 100_000)
    assert "it has no readable config.json" in refusal(str(tmp_path))


def test_another_architecture_is_refused_and_so_is_code_of_its_own(tmp_path: Path) -> None:
    other = checkpoint(tmp_path / "other", model_type="llama", auto_map={"AutoModel": "evil.Model"})
    assert "is of the type 'llama', not qwen2_5_vl" in refusal(str(other))


def test_a_checkpoint_whose_bytes_moved_is_refused(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "model")
    parameters = pinned("transformers", {}, model_id=str(folder))
    assert fetch(str(folder), "", str(parameters["checkpoint_sha256"])) == folder
    (folder / "model.safetensors").write_bytes(b"WEIGHTS")
    with pytest.raises(EngineError, match="has changed since this engine was added: add it again"):
        fetch(str(folder), "", str(parameters["checkpoint_sha256"]))
    assert pinned("transformers", {}, model_id=str(folder)) != parameters
    assert "pinned by its bytes: leave out the revision" in refusal(str(folder), SHA)


def test_a_safe_checkpoint_may_lie_beside_its_pickled_twin(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "both")
    (folder / "pytorch_model.bin").write_bytes(b"weights")
    assert check_directory(folder)["model_type"] == "qwen2_5_vl"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"speed": 1}, "not 'speed'"),
        ({"trust_remote_code": "true"}, "not 'trust_remote_code'"),
        ({"max_new_tokens": "many"}, "max_new_tokens is a number"),
        ({"max_new_tokens": 0}, "are 1 at least"),
        ({"temperature": "nan"}, "are 0 to 2"),
        ({"repetition_penalty": 0}, "are 0 to 2"),
        ({"min_pixels": 10}, "784 ≤ min_pixels ≤ max_pixels"),
        ({"guard": "perhaps"}, "guard is one of on, off"),
        ({"parser": "yaml"}, "parser is one of json, markdown"),
    ],
)
def test_a_bad_parameter_is_named(parameters: dict[str, object], message: str) -> None:
    assert message in refusal("org/model", SHA, **parameters)


def test_image_prompt_and_answer_fit_the_context() -> None:
    fits = {"max_pixels": 784 * 1000, "max_new_tokens": 900, "context": 2000}
    build("transformers", "org/model", SHA, "x" * 36, fits)
    message = refusal("org/model", SHA, "x" * 37, **fits)
    assert "an image of 1,000 tokens (max_pixels/784), a prompt of up to 101" in message
    assert "do not fit a context of 2,000" in message


def test_all_parameters_are_stored_though_none_was_given() -> None:
    stored = pinned("transformers", {"max_new_tokens": "512"}, model_id="org/model")
    assert stored["max_new_tokens"] == 512
    assert stored["repetition_penalty"] == 1.0
    assert stored == pinned("transformers", stored, model_id="org/model")


def test_from_the_hub_come_the_pinned_files_and_no_pickle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def snapshot(model_id: str, **options: object) -> str:
        asked.update(options, model_id=model_id)
        return str(checkpoint(tmp_path / "fetched"))

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    assert fetch("org/model", SHA, "") == tmp_path / "fetched"
    assert (asked["model_id"], asked["revision"]) == ("org/model", SHA)
    patterns = asked["allow_patterns"]
    assert isinstance(patterns, list)
    assert not any(fnmatch("pytorch_model.bin", pattern) for pattern in patterns)
    assert not any(fnmatch("modeling.py", pattern) for pattern in patterns)


def test_a_hub_that_cannot_be_reached_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def snapshot(_model_id: str, **_options: object) -> str:
        raise OSError("no route to host")

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    with pytest.raises(EngineError, match="org/model cannot be fetched: no route to host"):
        fetch("org/model", SHA, "")
