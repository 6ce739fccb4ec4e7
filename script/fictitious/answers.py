"""Recorded answers of an invented model, in DharmaOCR's shape, with four planted faults."""

import json
from collections.abc import Callable
from typing import Any

ZONES = ("header", "margin", "footer", "text")
# Enough for the tail to be seen repeating, and far beyond what a page of ink could hold.
LOOP_REPEATS = 160
# What a model of three billion parameters does with Portuguese on one good GPU, roughly.
CHARACTERS_A_TOKEN, TOKENS_A_SECOND = 3, 60

Truth = dict[str, Any]


def clean(truth: Truth) -> str:
    """Answer with exactly what the page says; empty zones are left out."""
    return _as_json({zone: truth[zone] for zone in ZONES if truth[zone]})


def looping(truth: Truth) -> str:
    """Start well, then repeat one phrase until the answer is cut off in the middle."""
    lines = truth["text"].split("\n")
    half = lines[: len(lines) // 2]
    text = "\n".join([*half, *([half[-1]] * LOOP_REPEATS)])
    return _as_json({"header": truth["header"], "text": text})[: -len('tem."}')]


def repeating_header(truth: Truth) -> str:
    """Say the header twice: in its zone, and again at the start of the text."""
    return clean(truth | {"text": f"{truth['header']}\n{truth['text']}"})


def wrong_cpf(truth: Truth) -> str:
    """Misread the last digit of the page's CPF, so that its check digits no longer hold."""
    cpf = next(field["value"][0] for field in truth["fields"] if field["name"] == "cpf")
    misread = cpf[:-1] + str((int(cpf[-1]) + 1) % 10)
    return clean(truth | {"text": truth["text"].replace(cpf, misread)})


def missing_line(truth: Truth) -> str:
    """Skip one line in the middle of the text."""
    lines = truth["text"].split("\n")
    del lines[len(lines) // 2]
    return clean(truth | {"text": "\n".join(lines)})


ANSWERS: dict[str, Callable[[Truth], str]] = {
    "clean": clean,
    "looping": looping,
    "repeating-header": repeating_header,
    "wrong-cpf": wrong_cpf,
    "missing-line": missing_line,
}


def recorded(name: str, truth: Truth) -> dict[str, object]:
    """Return the answer `name` for a page in the shape of a file of recorded answers."""
    raw = ANSWERS[name](truth)
    tokens = len(raw) // CHARACTERS_A_TOKEN
    return {
        "raw": raw,
        "finish_reason": "length" if name == "looping" else "stop",
        "output_tokens": tokens,
        "seconds": round(tokens / TOKENS_A_SECOND, 2),
    }


def _as_json(zones: dict[str, str]) -> str:
    return json.dumps(zones, ensure_ascii=False)
