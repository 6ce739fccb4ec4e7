"""What is kept of many measured requests."""

from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True)
class Figure:
    """Latencies in milliseconds, and requests a second over the wall clock where it matters."""

    name: str
    n: int
    p50: float
    p95: float
    worst: float
    per_second: float | None = None


def figure(name: str, seconds: list[float], wall: float | None = None) -> Figure:
    """Sum up the latencies of at least one request; percentiles by nearest rank."""
    ordered = sorted(seconds)
    p95 = ordered[ceil(0.95 * len(ordered)) - 1]
    rate = len(seconds) / wall if wall else None
    return Figure(name, len(seconds), median(ordered) * 1e3, p95 * 1e3, ordered[-1] * 1e3, rate)
