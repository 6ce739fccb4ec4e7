"""Rows of the exports app: releases, their snapshots and builds; evaluations of engines."""

from exports.models.evaluation import Evaluation, EvaluationItem
from exports.models.release import BuildJob, Release, ReleaseItem

__all__ = ["BuildJob", "Evaluation", "EvaluationItem", "Release", "ReleaseItem"]
