"""Facts about answers that ran into a loop."""

from dataclasses import dataclass

# The paper's rule: the last characters of the answer, and how often they stand in it.
TAIL_CHARACTERS = 15
TAIL_REPETITIONS = 4

# Reasons why a generation ended, as engines report them.
FINISH_LENGTH = "length"
FINISH_GUARD = "guard"


@dataclass(frozen=True)
class DegenerationFacts:
    """Three facts that are kept apart, and the headline that joins them."""

    truncated: bool
    tail_repetition: bool
    stopped_by_guard: bool

    @property
    def degenerate(self) -> bool:
        """Return whether the paper's rule holds or the guard stopped the answer."""
        return (self.truncated and self.tail_repetition) or self.stopped_by_guard


def degeneration_facts(raw: str, finish_reason: str) -> DegenerationFacts:
    """Tell the facts of one raw answer by its end and the reason why it ended."""
    return DegenerationFacts(
        truncated=finish_reason == FINISH_LENGTH,
        tail_repetition=tail_repetition(raw),
        stopped_by_guard=finish_reason == FINISH_GUARD,
    )


def tail_repetition(text: str) -> bool:
    """Tell whether the text's last 15 characters stand in it four times or more."""
    return bool(text) and text.count(text[-TAIL_CHARACTERS:]) >= TAIL_REPETITIONS
