"""Whether this worker was asked to stop: one byte that a main process shares with its children."""

import mmap

# Made at import, so before a pool forks; anonymous memory is shared with every child.
_flag = mmap.mmap(-1, 1)


def request() -> None:
    """Let every process of this worker claim nothing more."""
    _flag[0] = 1


def withdraw() -> None:
    """Take the request back, for a process that goes on after all."""
    _flag[0] = 0


def requested() -> bool:
    """Tell whether to stop."""
    return bool(_flag[0])
