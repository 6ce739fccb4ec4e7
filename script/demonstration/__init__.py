"""Fills the project `demo`, by the same commands and actions that people use."""
