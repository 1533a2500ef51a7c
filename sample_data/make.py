"""Make the files of an invented shop, and the truth about them.

Usage: ``python sample_data/make.py [FOLDER]``. Same seed, same bytes. Everybody and everything here is invented.
"""

from __future__ import annotations

import sys
from pathlib import Path

import advertising
import costs
import crm
import marketplaces
import newsletter
import population
import service
import shopify
import totals
import trade
import web
from truth import PERSON_COLUMNS, WhoIsWho, write_csv

SEED = "lumbre 2026"


def make(folder: Path) -> None:
    """Write every file of the shop into ``folder``, and ``truth/`` beside them."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    people, firms = population.everybody(SEED)
    orders = trade.simulate(people, SEED)
    days = advertising.simulate(orders, SEED)
    visits = web.simulate(orders, days, SEED)
    entries = costs.entries(days)
    truth = WhoIsWho()
    crm.make(folder, people, firms, orders, SEED, truth)
    newsletter.make(folder, people, SEED, truth)
    shopify.make(folder, orders, SEED, truth)
    marketplaces.make_mercadolibre(folder, orders, SEED, truth)
    marketplaces.make_dropi(folder, orders, SEED, truth)
    service.make_calls(folder, orders, SEED, truth)
    service.make_returns(folder, orders, truth)
    service.make_surveys(folder, orders, SEED, truth)
    advertising.make_meta(folder, days)
    advertising.make_google(folder, days)
    advertising.make_actions(folder)
    web.make(folder, visits)
    costs.make(folder, entries)
    write_csv(folder / "truth" / "people.csv", PERSON_COLUMNS, truth.rows)
    totals.make_persons(folder, [*people, *firms])
    totals.make_orders(folder, orders)
    totals.make_numbers(folder, people, orders, visits, days, entries, truth)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
