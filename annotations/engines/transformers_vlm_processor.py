"""Pages and prompt → what the model takes. Needs the extra `[vlm]`, not torchvision."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from transformers import AutoImageProcessor, AutoTokenizer, Qwen2_5_VLProcessor
from transformers.processing_utils import ProcessorMixin

from annotations.engines.transformers_vlm_settings import VlmSettings


class PageProcessor(Qwen2_5_VLProcessor):  # type: ignore[misc]
    """Qwen2.5-VL's processor for images alone: the part for videos would need torchvision."""

    def __init__(
        self, image_processor: Any = None, tokenizer: Any = None, chat_template: str | None = None
    ) -> None:
        """Take the two parts; what the original sets up for videos is named, never used."""
        self.image_token, self.video_token = "<|image_pad|>", "<|video_pad|>"
        self.image_token_id = tokenizer.convert_tokens_to_ids(self.image_token)
        self.video_token_id = tokenizer.convert_tokens_to_ids(self.video_token)
        ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)


def load_processor(folder: Path, settings: VlmSettings) -> PageProcessor:
    """Load tokenizer, chat template and image processor, with this engine's bounds of pixels."""
    tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    )
    tokenizer.padding_side = "left"
    images = AutoImageProcessor.from_pretrained(
        folder, backend="pil", local_files_only=True, trust_remote_code=False
    )
    images.size = {"shortest_edge": settings.min_pixels, "longest_edge": settings.max_pixels}
    template = folder / "chat_template.jinja"
    text = template.read_text(encoding="utf-8") if template.exists() else tokenizer.chat_template
    return PageProcessor(images, tokenizer, chat_template=text)


def conversation(image: Image.Image, prompt: str, role: str) -> list[dict[str, Any]]:
    """Return the messages for one page; a prompt of the role `system` leaves the image alone."""
    content: list[dict[str, Any]] = [{"type": "image", "image": image}]
    if prompt and role == "system":
        return [
            {"role": "system", "content": [{"type": "text", "text": prompt}]},
            {"role": "user", "content": content},
        ]
    if prompt:
        content.append({"type": "text", "text": prompt})
    return [{"role": "user", "content": content}]


def model_inputs(
    processor: PageProcessor, images: Sequence[Image.Image], prompt: str, role: str
) -> Any:
    """Return `input_ids` (rows, length; padded on the left), masks, pixels and grids."""
    return processor.apply_chat_template(
        [conversation(image, prompt, role) for image in images],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        processor_kwargs={"return_tensors": "pt", "padding": True},
    )
