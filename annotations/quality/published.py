"""What others published, to stand beside our figures: published, not measured here.

Source: the DharmaOCR benchmark, 496 pages of Brazilian-Portuguese documents. Scores are means over
those pages; on other pages they say little.
"""

from typing import Final, NamedTuple

PAGES: Final = 496


class Published(NamedTuple):
    """One system's published score, and its share of degenerate pages (None: not measured)."""

    system: str
    score: float
    degeneration: float | None = None


PUBLISHED: Final = (
    Published("olmOCR-2-7B, SFT+DPO by the authors", 0.927, 0.0040),
    Published("DharmaOCR Full 7B", 0.925, 0.0040),
    Published("Nanonets-OCR2-3B, SFT+DPO by the authors", 0.921, 0.0020),
    Published("DharmaOCR Lite 3B", 0.911, 0.0020),
    Published("Qwen2.5-VL-7B-Instruct, best fine-tuned", 0.906, 0.0101),
    Published("Claude Opus 4.6", 0.833),
    Published("Gemini 3.1 Pro", 0.820),
    Published("Mistral OCR 4", 0.798),
    Published("Qwen2.5-VL-3B, SFT+DPO", 0.793, 0.0141),
    Published("Unlimited-OCR", 0.759),
    Published("GPT-5.4", 0.750),
    Published("Google Vision", 0.686),
    Published("Google Document AI", 0.640),
    Published("GPT-4o", 0.635),
    Published("Amazon Textract", 0.618),
    Published("Mistral OCR 3", 0.574),
)
