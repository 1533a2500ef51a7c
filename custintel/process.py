"""The process itself: fitted to the size of its work, and left without ceremony.

Small files are read, matched and written in about a second, of which pools of threads, the search for cyclic garbage
and taking the process apart would be a fifth.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable

SMALL = 16_000_000
"""Bytes of input, about 100,000 rows, up to which one thread does all the work and no garbage is looked for."""


def fit(files: Iterable[str | os.PathLike[str]]) -> None:
    """Choose by the size of the files to be read; those that cannot be looked at count as none.

    The libraries read their settings once, when they are imported, so this is called before that; what somebody has set
    in the environment stays.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here multiplies matrices
    if sum(_size(file) for file in files) <= SMALL:
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
        gc.disable()


def leave(code: int) -> None:
    """End the process: everything is committed and said, and the system frees memory faster than the interpreter."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _size(file: str | os.PathLike[str]) -> int:
    try:
        return os.stat(file).st_size
    except OSError:
        return 0
