"""Bring the list of top-level domains up to date from a copy of IANA's.

IANA publishes it at https://data.iana.org/TLD/tlds-alpha-by-domain.txt. Save it and name it here:

    python custintel/contactability/data/update.py tlds-alpha-by-domain.txt
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
FEWEST = 1_000
"""A list shorter than this is no list of IANA's: there have been more since 2015."""


def domains(published: str) -> str:
    """``tlds.tsv`` from the text that IANA publishes.

    Raises:
        ValueError: it does not look like that text.
    """
    version, *names = (line.strip() for line in published.splitlines() if line.strip())
    if not version.startswith("# Version ") or len(names) < FEWEST:
        raise ValueError("this is not the list that IANA publishes")
    small = sorted(name.lower() for name in names)
    if strange := [name for name in small if not re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", name)]:
        raise ValueError(f"these are not top-level domains: {strange[:3]}")
    heading = f"# Top-level domains of the internet: IANA, tlds-alpha-by-domain.txt, {version[2:]}"
    return "\n".join([heading, *small, ""])


if __name__ == "__main__":
    HERE.joinpath("tlds.tsv").write_text(domains(Path(sys.argv[1]).read_text("utf-8")), "utf-8")
