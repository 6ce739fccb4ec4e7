"""Rows of the exports app: releases, their snapshots and the jobs that build them."""

from exports.models.release import BuildJob, Release, ReleaseItem

__all__ = ["BuildJob", "Release", "ReleaseItem"]
