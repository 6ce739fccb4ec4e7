"""Registers the work, and shortens the times so that a test sees the end of a lease."""

import importlib
import os
import sys

from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "tests.faults.workshop"
    label = "workshop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotations.jobs import JobKind, register

        from .models import Piece
        from .work import work_on

        for place, seconds in TIMES.items():
            module, _, name = place.rpartition(".")
            setattr(importlib.import_module(f"annotations.jobs.{module}"), name, seconds)
        if os.environ.get("WORKSHOP_RING") == "crash":
            ring = sys.modules["annotations.jobs.ring"]
            ring._send = lambda _: os._exit(9)  # type: ignore[attr-defined]
        if os.environ.get("WORKSHOP_RING") == "five":
            _ring_five_times()
        register(
            JobKind(name="piece", model=Piece, run=work_on, limit_s=600, batch_size=lambda _: BATCH)
        )


BATCH = 4
LEASE_S = float(os.environ.get("WORKSHOP_LEASE_S", "6"))
TIMES = {
    "claim.LEASE_S": LEASE_S,
    "heartbeat.LEASE_S": LEASE_S,
    "heartbeat.HEARTBEAT_S": LEASE_S / 6,
    "heartbeat.STOP_PATIENCE_S": 2,
    "sweeper.SWEEP_EVERY_S": 1,
    "outcome.MAX_BACKOFF_S": 1,
    "ring.QUIET_S": 1,
}


def _ring_five_times() -> None:
    ring = sys.modules["annotations.jobs.ring"]
    send = ring._send  # type: ignore[attr-defined]

    def five(queue: str) -> None:
        for _ in range(5):
            send(queue)

    ring._send = five  # type: ignore[attr-defined]
