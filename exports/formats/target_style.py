"""How a model writes the four zones as JSON: key order, blank keys, fences.

The same content in another key order scores 0.849 instead of 1.0, and a model that is fine-tuned
towards another style first unlearns its own; so training targets follow the engine's own answers.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Literal

from annotations.content import ZONES

Blank = Literal["canonical", "drop", "empty", "null"]
BLANKS: tuple[Blank, ...] = ("canonical", "drop", "empty", "null")
FENCES = ("none", "json")
# Answers looked at to find a style: a style is a habit, and a habit shows soon.
ANSWERS_LOOKED_AT = 500


class TargetStyleError(ValueError):
    """A target style that cannot be understood; the message says what can."""


@dataclass(frozen=True, slots=True)
class TargetStyle:
    """A way of writing zones.

    `blank` tells what becomes of zones without text: `canonical` leaves null out and keeps "",
    `drop` leaves out both, `empty` writes both as "", `null` writes both as null.
    """

    order: tuple[str, ...] = ZONES
    blank: Blank = "canonical"
    fenced: bool = False

    def render(self, zones: dict[str, str | None]) -> str:
        """Write `zones` the way the engine would, ready to be a training target."""
        pairs = ((name, self._shown(zones.get(name))) for name in self.order)
        shown = {name: value for name, (keep, value) in pairs if keep}
        text = json.dumps(shown, ensure_ascii=False, separators=(", ", ": "))
        return f"```json\n{text}\n```" if self.fenced else text

    def _shown(self, value: str | None) -> tuple[bool, str | None]:
        if value:
            return True, value
        if self.blank == "canonical":
            return value is not None, value
        return self.blank != "drop", "" if self.blank == "empty" else None

    def __str__(self) -> str:
        fence = "json" if self.fenced else "none"
        return f"order={','.join(self.order)};blank={self.blank};fence={fence}"


CANONICAL = TargetStyle()


def parse_style(text: str) -> TargetStyle:
    """Read what `str(TargetStyle)` wrote, or `canonical`; any part may be left out.

    Raises `TargetStyleError`.
    """
    if text == "canonical":
        return CANONICAL
    parts = dict(_part(part) for part in text.split(";"))
    order = tuple(parts.get("order", ",".join(ZONES)).split(","))
    blank = next((known for known in BLANKS if known == parts.get("blank", "canonical")), None)
    fence = parts.get("fence", "none")
    if sorted(order) != sorted(ZONES) or blank is None or fence not in FENCES:
        raise _not_understood(text)
    return TargetStyle(order=order, blank=blank, fenced=fence == "json")


def _part(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals or name not in {"order", "blank", "fence"}:
        raise _not_understood(part)
    return name, value


def _not_understood(text: str) -> TargetStyleError:
    return TargetStyleError(
        f"Target style {text!r} is not understood: say auto, canonical, or parts such as "
        f"'{CANONICAL}' (blank: {', '.join(BLANKS)}; fence: {', '.join(FENCES)})."
    )


def majority_style(raw_answers: Iterable[str]) -> TargetStyle | None:
    """Find the style most of an engine's raw answers share; None when most are no zone objects."""
    looked_at = 0
    seen: list[tuple[list[tuple[str, object]], bool]] = []
    for raw in raw_answers:
        looked_at += 1
        answer = _zone_object(raw)
        if answer is not None:
            seen.append(answer)
    if 2 * len(seen) <= looked_at:
        return None
    return TargetStyle(
        order=_majority_order([[name for name, _ in pairs] for pairs, _ in seen]),
        blank=_majority_blank([pairs for pairs, _ in seen]),
        fenced=2 * sum(fenced for _, fenced in seen) > len(seen),
    )


def _zone_object(raw: str) -> tuple[list[tuple[str, object]], bool] | None:
    """Return the answer's (key, value) pairs in their order and whether it was fenced."""
    body = raw.strip()
    fenced = body.startswith("```")
    if fenced:
        body = body.removeprefix("```").removeprefix("json").removesuffix("```")
    try:
        pairs = json.loads(body, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    if not isinstance(pairs, list) or not pairs:
        return None
    if not all(isinstance(pair, tuple) and pair[0] in ZONES for pair in pairs):
        return None
    return pairs, fenced


def _majority_order(orders: list[list[str]]) -> tuple[str, ...]:
    before: Counter[tuple[str, str]] = Counter()
    for names in orders:
        for at, name in enumerate(names):
            before.update((name, later) for later in names[at + 1 :])
    wins = {
        name: sum(before[name, other] > before[other, name] for other in ZONES) for name in ZONES
    }

    def compare(left: str, right: str) -> int:
        # Pairs never seen together stand as canonical order has them.
        return (
            before[right, left] - before[left, right]
            or wins[right] - wins[left]
            or ZONES.index(left) - ZONES.index(right)
        )

    return tuple(sorted(ZONES, key=cmp_to_key(compare)))


def _majority_blank(answers: list[list[tuple[str, object]]]) -> Blank:
    votes: Counter[Blank] = Counter()
    for pairs in answers:
        values = [value for _, value in pairs]
        votes["drop"] += len({name for name, _ in pairs}) < len(ZONES)
        votes["empty"] += "" in values
        votes["null"] += None in values
    if not votes.total():
        return "canonical"
    if votes["drop"] and votes["empty"] and not votes["null"]:
        # Both habits at once are what canonical JSON does: null left out, "" kept.
        return "canonical"
    return votes.most_common(1)[0][0]
