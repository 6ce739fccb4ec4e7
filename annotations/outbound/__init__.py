"""PURE: the one HTTP client that may leave the machine."""
