"""PURE: what reads a page; one file an engine."""
