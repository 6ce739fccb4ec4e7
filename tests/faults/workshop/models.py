"""Pieces of work, and the mark each must get exactly once."""

from django.db import models

from annotations.models.leased_job import LeasedJob


class Piece(LeasedJob):
    """Work that behaves as told: `good`, `memory`, `child`, `hang`."""

    behaviour = models.CharField(max_length=10, default="good")
    seconds = models.FloatField(default=0)

    class Meta(LeasedJob.Meta):
        abstract = False


class Mark(models.Model):
    """The result of a piece; twice for one piece is what must never be."""

    piece = models.ForeignKey(Piece, models.CASCADE)
    worker = models.CharField(max_length=100)
