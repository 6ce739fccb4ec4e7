"""A row that every format test writes."""

from datetime import date

from exports.types import Sample

SAMPLE = Sample(
    id="0123456789abcdef-p1", image=b"\x89PNG not really", image_name="0123456789abcdef-p1.png",
    header="Cabeçalho", margin="", footer=None, text="Ação\nnº 1", assistant='{"header": "Cabeçalho"}',
    assistant_without_json="Cabeçalho\nAção\nnº 1", fields="{}", spans="[]", document_id="d", page_number=1,
    group="g", split="train", kind="printed", engine="tesseract@1", model_id="por", model_revision="",
    prompt=None, prediction="raw", based_on="tesseract@1", cer=0.034, dharma_score=0.9, truncated=False,
    tail_repetition=False, stopped_by_guard=False, degenerate=False, approval="person",
    verification="accepted", guideline_version=1, reviewer="r-1", approved_at=date(2026, 11, 20), license=None,
)  # fmt: skip
