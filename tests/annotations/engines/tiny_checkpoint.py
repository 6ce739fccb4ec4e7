"""A random Qwen2.5-VL checkpoint of 0.4 M parameters, built in seconds; it reads nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotations.engines.transformers_vlm import TransformersEngine

# A page of 64 image tokens, an answer of 32: enough to tell, a blink to write.
SMALL = {"max_pixels": 784 * 64, "max_new_tokens": 32, "context": 2048, "batch_size": 4}
EngineFor = Callable[..., TransformersEngine]

# Qwen2.5-VL's special tokens, in the order of the published tokenizer.
SPECIAL = [
    *("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>"),
    *("<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>"),
    *("<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"),
]
CHAT_TEMPLATE = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
    "<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}"
    "{{ message['content'] }}<|im_end|>\n{% else %}{% for content in message['content'] %}"
    "{% if content['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>\n"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CORPUS = [
    "Trata-se de ação de indenização por danos morais e materiais proposta por João Araújo.",
    "O pedido é procedente. Publique-se. Intimem-se. São Paulo, 10 de outubro de 2024.",
]


def build_checkpoint(folder: Path, *, vocabulary: int = 600) -> Path:
    """Write model, tokenizer and image processor; the same bytes every time."""
    import torch
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    tokenizer = build_tokenizer(vocabulary)
    tokenizer.save_pretrained(folder)
    Qwen2VLImageProcessorPil(
        size={"shortest_edge": 56 * 56, "longest_edge": 784 * 256}
    ).save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)
    torch.manual_seed(0)
    model = Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(**configuration(tokenizer, len(tokenizer)))
    )
    ids = [tokenizer.convert_tokens_to_ids(token) for token in ("<|im_end|>", "<|endoftext|>")]
    model.generation_config.eos_token_id = ids
    model.generation_config.pad_token_id = ids[1]
    model.save_pretrained(folder)
    return folder


def configuration(tokenizer: Any, vocabulary: int) -> dict[str, Any]:
    named = {token: tokenizer.convert_tokens_to_ids(token) for token in SPECIAL}
    return {
        "text_config": {
            "vocab_size": vocabulary,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 8192,
            "initializer_range": 0.4,  # so that what it writes varies, with the image too
            "tie_word_embeddings": False,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1_000_000.0,
                "mrope_section": [4, 6, 6],
            },
            "bos_token_id": named["<|endoftext|>"],
            "eos_token_id": named["<|im_end|>"],
            "pad_token_id": named["<|endoftext|>"],
        },
        "vision_config": {
            "depth": 2,
            "initializer_range": 0.4,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "patch_size": 14,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "window_size": 112,
            "out_hidden_size": 64,
            "fullatt_block_indexes": [1],
        },
        "image_token_id": named["<|image_pad|>"],
        "video_token_id": named["<|video_pad|>"],
        "vision_start_token_id": named["<|vision_start|>"],
        "vision_end_token_id": named["<|vision_end|>"],
        "tie_word_embeddings": False,
    }


def build_tokenizer(vocabulary: int) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import Qwen2Tokenizer
    from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizers.NFC()
    trained.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIAL),
        min_frequency=1,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    trained.train_from_iterator(CORPUS, trainer)
    model = json.loads(trained.to_str())["model"]
    return Qwen2Tokenizer(
        vocab=model["vocab"],
        merges=[tuple(pair) for pair in model["merges"]],
        unk_token=None,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        extra_special_tokens=SPECIAL,
        model_max_length=8192,
    )
