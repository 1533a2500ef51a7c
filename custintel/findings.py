"""What is worth knowing of numbers, before it is said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing worth knowing.

    Attributes:
        code: which sentence says it.
        figures: what the sentence names.
    """

    code: str
    figures: Mapping[str, Any]
