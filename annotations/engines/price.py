"""What an answer costs at an engine's price."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from annotations.engines.base import EngineAnswer

SECONDS_PER_HOUR: Final = 3600
MILLION: Final = 1_000_000
_PLACES: Final = 6  # of the price's currency: a page costs thousandths of a cent

# `{per_hour}` of the device, or `{in, out}` a million tokens; empty where nobody said.
Price = Mapping[str, float]


def cost_of(price: Price, answer: EngineAnswer) -> Decimal | None:
    """Return what an answer cost, None where price and answer do not tell."""
    if "per_hour" in price:
        return cost_of_seconds(price, answer.seconds)
    if "out" not in price or answer.output_tokens is None:
        return None
    paid = answer.output_tokens * price["out"] + (answer.input_tokens or 0) * price.get("in", 0)
    return _money(paid / MILLION)


def cost_of_seconds(price: Price, seconds: float) -> Decimal | None:
    """Return what holding the device costs, None for an engine that is not paid by the hour."""
    return _money(seconds / SECONDS_PER_HOUR * price["per_hour"]) if "per_hour" in price else None


def _money(amount: float) -> Decimal:
    return Decimal(str(round(amount, _PLACES)))
