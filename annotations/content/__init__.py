"""PURE: what a page says, as people, programs and models write it."""

from annotations.content.cleaning import clean_text, decode_text, fold
from annotations.content.difference import Change, ChangeKind, diff
from annotations.content.errors import ContentError
from annotations.content.ground_truth import (
    from_ground_truth,
    load_json,
    read_ground_truth_json,
    read_ground_truth_text,
)
from annotations.content.page import ZONES, FieldValue, PageContent
from annotations.content.parsing import PARSERS, ParsedAnswer, parse_answer
from annotations.content.recovery import Recovery
from annotations.content.source_map import SourceMap
from annotations.content.spans import Span, read_spans
from annotations.content.tokens import Token

__all__ = [
    "PARSERS",
    "ZONES",
    "Change",
    "ChangeKind",
    "ContentError",
    "FieldValue",
    "PageContent",
    "ParsedAnswer",
    "Recovery",
    "SourceMap",
    "Span",
    "Token",
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
]
