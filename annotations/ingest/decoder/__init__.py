"""Decode one hostile file at a time, in a process of its own: `python -m annotations.ingest.decoder`.

Nothing here imports Django; Pillow, pypdfium2 and the standard library are all it knows.
"""
