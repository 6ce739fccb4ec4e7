"""Fictitious administrative documents in Brazilian Portuguese, each with its exact ground truth."""
