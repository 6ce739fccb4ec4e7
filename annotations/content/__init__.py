"""PURE: what a page says, as people, programs and models write it."""

from annotations.content.cleaning import clean_text, decode_text, fold
from annotations.content.confidence import Confidences, character_confidences
from annotations.content.difference import Change, ChangeKind, diff
from annotations.content.errors import ContentError
from annotations.content.ground_truth import (
    from_ground_truth,
    load_json,
    read_ground_truth_json,
    read_ground_truth_text,
)
from annotations.content.page import ZONES, FieldValue, PageContent
from annotations.content.parsing import PARSERS, ParsedAnswer, parse_answer, well_encoded
from annotations.content.recovery import Recovery
from annotations.content.repetition import Repetition, repeated_zones
from annotations.content.source_map import SourceMap
from annotations.content.spans import Span, read_spans
from annotations.content.tokens import Token

__all__ = [
    "PARSERS",
    "ZONES",
    "Change",
    "ChangeKind",
    "Confidences",
    "ContentError",
    "FieldValue",
    "PageContent",
    "ParsedAnswer",
    "Recovery",
    "Repetition",
    "SourceMap",
    "Span",
    "Token",
    "character_confidences",
    "clean_text",
    "decode_text",
    "diff",
    "fold",
    "from_ground_truth",
    "load_json",
    "parse_answer",
    "read_ground_truth_json",
    "read_ground_truth_text",
    "read_spans",
    "repeated_zones",
    "well_encoded",
]
