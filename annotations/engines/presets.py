"""Settings of models that are known to work, by name; the revision is the installation's to pin.

Bounds: image, prompt and answer together fit the context (domain.md §3). A4 at 200 dpi is 4,935
image tokens; 4,096 is what the published way of serving DharmaOCR gives it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from annotations.engines.transformers_vlm_settings import PIXELS_PER_TOKEN


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What `add_engine` fills in where nothing else is given."""

    adapter: str
    model_id: str = ""
    prompt: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    licence: str = ""


# As the benchmark's own notebook sends it: the page alone in the user's turn. It need not be what
# DharmaOCR was trained with: sweep over prompts on pages of your own before you rely on one.
BENCHMARK_PROMPT: Final = (
    "You are an expert OCR system. Extract all text from the provided document image exactly as it "
    "appears, preserving the original layout and structure. Return only the extracted text with no "
    "additional commentary."
)
# As the makers of Nanonets-OCR publish it with their models.
NANONETS_PROMPT: Final = (
    "Extract the text from the above document as if you were reading it naturally. Return the "
    "tables in html format. Return the equations in LaTeX representation. If there is an image in "
    "the document and image caption is not present, add a small description of the image inside "
    "the <img></img> tag; otherwise, add the image caption inside <img></img>. Watermarks should "
    "be wrapped in brackets. Ex: <watermark>OFFICIAL COPY</watermark>. Page numbers should be "
    "wrapped in brackets. Ex: <page_number>14</page_number> or <page_number>9/22</page_number>. "
    "Prefer using ☐ and ☑ for check boxes."
)
# From olmOCR's toolkit: the prompt without anchors, answered by YAML front matter and Markdown.
OLMOCR_PROMPT: Final = (
    "Attached is one page of a document that you must process. Just return the plain text "
    "representation of this document as if you were reading it naturally. Convert equations to "
    "LateX and tables to HTML.\n"
    "If there are any figures or charts, label them with the following markdown syntax "
    "![Alt text describing the contents of the figure](page_startx_starty_width_height.png)\n"
    "Return your output as markdown, with a front matter section on top specifying values for the "
    "primary_language, is_rotation_valid, rotation_correction, is_table, and is_diagram parameters."
)
# Ours, for models that know no page format of their own: the four zones as JSON.
ZONES_PROMPT: Final = (
    "Transcribe this scanned Portuguese document exactly as written: keep line breaks, accents, "
    "spelling and hyphens at line ends; invent and leave out nothing. Return only one JSON object "
    "of strings with the keys header, margin, footer and text, leaving out a key that has no text."
)

_JSON: Final = {
    "max_pixels": 4096 * PIXELS_PER_TOKEN,
    "max_new_tokens": 6144,
    "context": 16384,
    "parser": "json",
}
_MARKDOWN: Final = {**_JSON, "parser": "markdown"}
_BENCHMARK: Final = {**_JSON, "prompt_role": "system"}
_UNKNOWN: Final = "see the model card"

PRESETS: Final[Mapping[str, Preset]] = {
    "tesseract": Preset(adapter="tesseract"),
    "dharma-ocr-lite": Preset(
        adapter="transformers",
        model_id="Dharma-AI/Dharma-OCR-LITE",
        prompt=BENCHMARK_PROMPT,
        parameters=_BENCHMARK,
        licence=_UNKNOWN,
    ),
    "dharma-ocr-full": Preset(
        adapter="transformers",
        model_id="Dharma-AI/Dharma-OCR-FULL",
        prompt=BENCHMARK_PROMPT,
        parameters=_BENCHMARK,
        licence=f"{_UNKNOWN}; access is gated",
    ),
    "nanonets-ocr2-3b": Preset(
        adapter="transformers",
        model_id="nanonets/Nanonets-OCR2-3B",
        prompt=NANONETS_PROMPT,
        parameters=_MARKDOWN,
        licence=_UNKNOWN,
    ),
    "olmocr-2-7b": Preset(
        adapter="transformers",
        model_id="allenai/olmOCR-2-7B-1025",
        prompt=OLMOCR_PROMPT,
        # Its toolkit renders pages with a longest side of 1,288 px.
        parameters={**_MARKDOWN, "max_pixels": 1288 * 1288},
        licence="Apache-2.0",
    ),
    "qwen2.5-vl-3b": Preset(
        adapter="transformers",
        model_id="Qwen/Qwen2.5-VL-3B-Instruct",
        prompt=ZONES_PROMPT,
        parameters=_JSON,
        licence="research only",
    ),
    "qwen2.5-vl-7b": Preset(
        adapter="transformers",
        model_id="Qwen/Qwen2.5-VL-7B-Instruct",
        prompt=ZONES_PROMPT,
        parameters=_JSON,
        licence="Apache-2.0",
    ),
}
