"""Registries that a higher room or app fills, so that data walks one way."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from annotations.models import Page

EraseHook = Callable[[Sequence[UUID]], None]
Invariant = Callable[[], Iterable[str]]
PagesHook = Callable[[Sequence[Page]], None]

_erase_hooks: list[EraseHook] = []
_invariants: dict[str, Invariant] = {}
_pages_hooks: list[PagesHook] = []


def on_erase(hook: EraseHook) -> None:
    """Call `hook(document_ids)` inside the transaction that erases documents."""
    _erase_hooks.append(hook)


def erase(document_ids: Sequence[UUID]) -> None:
    """Tell every room that these documents are going."""
    for hook in _erase_hooks:
        hook(document_ids)


def on_pages_ready(hook: PagesHook) -> None:
    """Call `hook(pages)` inside the transaction in which decoded pages come to be."""
    _pages_hooks.append(hook)


def pages_ready(pages: Sequence[Page]) -> None:
    """Tell every room that these pages exist and have their images."""
    for hook in _pages_hooks:
        hook(pages)


def add_invariant(name: str, check: Invariant) -> None:
    """Register a check that yields one line a finding."""
    _invariants[name] = check


def invariants() -> dict[str, Invariant]:
    """Return all registered checks by name."""
    return dict(_invariants)
