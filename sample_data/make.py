"""Make the files of an invented shop, and the truth about them.

Usage: ``python sample_data/make.py [FOLDER]``. Same seed, same bytes. Everybody and everything here is invented.
"""

from __future__ import annotations

import sys
from pathlib import Path

import crm
import newsletter
import orders as trade
import people as folk
import shopify
from truth import PERSON_COLUMNS, WhoIsWho, write_csv

SEED = "lumbre 2026"


def make(folder: Path) -> None:
    """Write every file of the shop into ``folder``, and ``truth/`` beside them."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    people, firms = folk.everybody(SEED)
    orders = trade.simulate(people, SEED)
    truth = WhoIsWho()
    crm.make(folder, people, firms, orders, SEED, truth)
    newsletter.make(folder, people, SEED, truth)
    shopify.make(folder, orders, SEED, truth)
    write_csv(folder / "truth" / "people.csv", PERSON_COLUMNS, truth.rows)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
