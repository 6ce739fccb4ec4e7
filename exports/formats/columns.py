"""The columns of each config: one table from which schema and metadata are made."""

import json
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["string", "int32", "float64", "bool", "date32", "image", "images", "messages"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `repeats` marks values worth a dictionary (an engine's name, a split)."""

    name: str
    kind: Kind
    repeats: bool = False


RAW_COLUMNS: tuple[Column, ...] = (
    Column("id", "string"),
    Column("image", "image"),
    Column("header", "string"),
    Column("margin", "string"),
    Column("footer", "string"),
    Column("text", "string"),
    Column("assistant", "string"),
    Column("assistant_without_json", "string"),
    Column("fields", "string"),
    Column("spans", "string"),
    Column("document_id", "string", repeats=True),
    Column("page_number", "int32"),
    Column("group", "string", repeats=True),
    Column("split", "string", repeats=True),
    Column("kind", "string", repeats=True),
    Column("engine", "string", repeats=True),
    Column("model_id", "string", repeats=True),
    Column("model_revision", "string", repeats=True),
    Column("prompt", "string", repeats=True),
    Column("prediction", "string"),
    Column("based_on", "string", repeats=True),
    Column("cer", "float64"),
    Column("dharma_score", "float64"),
    Column("truncated", "bool"),
    Column("tail_repetition", "bool"),
    Column("stopped_by_guard", "bool"),
    Column("degenerate", "bool"),
    Column("approval", "string", repeats=True),
    Column("verification", "string", repeats=True),
    Column("guideline_version", "int32"),
    Column("reviewer", "string", repeats=True),
    Column("approved_at", "date32"),
    Column("license", "string", repeats=True),
)
SFT_COLUMNS: tuple[Column, ...] = (
    Column("images", "images"),
    Column("prompt", "messages"),
    Column("completion", "messages"),
    Column("id", "string"),
)

_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
_MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])
TYPES: dict[Kind, pa.DataType] = {
    "string": pa.string(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
    "image": _IMAGE,
    "images": pa.list_(_IMAGE),
    "messages": pa.list_(_MESSAGE),
}
_STRING = {"dtype": "string", "_type": "Value"}
_FEATURES: dict[Kind, object] = {
    "image": {"_type": "Image"},
    "images": {"feature": {"_type": "Image"}, "_type": "List"},
    "messages": {"feature": {"role": _STRING, "content": _STRING}, "_type": "List"},
}


def schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Return the Arrow schema whose metadata makes `datasets` see `Image` and `List` features."""
    features = {
        column.name: _FEATURES.get(column.kind, {"dtype": column.kind, "_type": "Value"})
        for column in columns
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema([(c.name, TYPES[c.kind]) for c in columns], metadata=metadata)


def leaves(column: Column) -> tuple[str, ...]:
    """Return the names of the column's leaves as Parquet spells them."""
    return {
        "image": (f"{column.name}.bytes", f"{column.name}.path"),
        "images": (f"{column.name}.list.element.bytes", f"{column.name}.list.element.path"),
        "messages": (f"{column.name}.list.element.role", f"{column.name}.list.element.content"),
    }.get(column.kind, (column.name,))
