"""Decode one hostile file at a time, in a process of its own.

Started as `python -m annotations.ingest.decoder PARENT_PID`. Nothing here imports Django; Pillow,
pypdfium2 and the standard library are all it knows.
"""
