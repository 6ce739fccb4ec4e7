"""What one dataset row is, before any format writes it, and what engines are held against."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal, Protocol

from annotations.content import ZONES
from annotations.quality.evaluate import GoldPage

ROW_ID_LENGTH = 200  # characters; ours have 20


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as trainers read it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One approved page as a row: every column of `raw`, and what `sft` is made from.

    `image` holds the canonical page's stored bytes, never re-encoded; `image_name` is the file name
    that readers see (row id and extension, nothing of the upload's own name).
    `fields` and `spans` are JSON. `prediction` is the engine's raw answer, verbatim.
    `edits` and `length` (grapheme clusters) are the counts behind `cer`: pages can be summed.
    `trainable` is false when the text holds what the image does not show.
    """

    id: str
    image: bytes
    image_name: str
    header: str | None
    margin: str | None
    footer: str | None
    text: str | None
    assistant: str
    assistant_without_json: str
    fields: str
    spans: str
    document_id: str
    page_number: int
    group: str
    split: str
    kind: str
    engine: str | None
    model_id: str | None
    model_revision: str | None
    prompt: str | None
    prediction: str | None
    based_on: str | None
    cer: float | None
    dharma_score: float | None
    truncated: bool | None
    tail_repetition: bool | None
    stopped_by_guard: bool | None
    degenerate: bool | None
    approval: str
    verification: str
    guideline_version: int | None
    reviewer: str
    approved_at: date
    license: str | None
    edits: int | None = None
    length: int | None = None
    trainable: bool = True

    @property
    def zones(self) -> dict[str, str | None]:
        """Return the four zones by name."""
        return {name: getattr(self, name) for name in ZONES}


@dataclass(frozen=True, slots=True)
class ReleaseOptions:
    """What somebody asked of a release; the same options and items give the same bytes."""

    configs: tuple[str, ...] = ("raw", "sft")
    format: str = "parquet"
    redact: str = "none"
    target_style: str = "auto"

    def to_json(self) -> dict[str, object]:
        """Return the options as the database and the manifest keep them."""
        return {**asdict(self), "configs": list(self.configs)}


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One row that engines are held against, without its image.

    `keys` are names under which a recorded answer may be found; `group` is null where the data set
    does not tell it; `dpi` where the scan said it.
    """

    id: str
    image_sha256: str
    gold: GoldPage
    keys: tuple[str, ...]
    group: str | None = None
    dpi: int | None = None


class GoldSource(Protocol):
    """Where gold rows and their images come from; rows stand in the same order every time."""

    @property
    def rows_sha256(self) -> str:
        """Return the digest that names exactly these rows; empty where they may grow."""

    def rows(self) -> list[GoldRow]:
        """Return all rows."""

    def images(self, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield id and image of the rows that are wanted, in order."""
