"""Ingestion alone: what higher rooms do with new pages is tested there."""

import pytest

from annotations import ports


@pytest.fixture(autouse=True)
def pages_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep new pages from being read by engines, which takes a second each."""
    monkeypatch.setattr(ports, "_pages_hooks", [])
