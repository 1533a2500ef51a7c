"""What the shop paid to be seen: ``meta_ads.csv``, ``google_ads.csv``, ``campanas.csv``."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import catalogue
import traps
from catalogue import Campaign
from names import HEADERS
from orders import Order
from people import SEASON
from truth import write_csv

META_FILE, GOOGLE_FILE, ACTIONS_FILE = "meta_ads.csv", "google_ads.csv", "campanas.csv"
PESOS_A_CLICK = {catalogue.META: 1_900, catalogue.GOOGLE: 2_400}
META_HEADER = HEADERS["meta"]
GOOGLE_HEADER = HEADERS["google"]
ACTIONS_HEADER = HEADERS["actions"]


@dataclass
class Day:
    """One campaign on one day: pesos, impressions, clicks, and the sales the platform claims for itself."""

    campaign: Campaign
    date: dt.date
    spend: int
    impressions: int
    clicks: int
    claimed: int


def simulate(orders: Iterable[Order], seed: str) -> list[Day]:
    """Every day of every paid campaign; platforms claim their sales and a quarter more."""
    rng = Random(f"{seed} advertising")
    sales = Counter((order.campaign, order.at.date()) for order in orders if order.status != "test")
    days = []
    for campaign in catalogue.CAMPAIGNS:
        for date in _dates(campaign) if campaign.weekly else ():
            season = 0.6 + SEASON[date.month] / 20
            spend = round(campaign.weekly / 7 * season * rng.uniform(0.75, 1.25))
            clicks = round(spend / PESOS_A_CLICK[campaign.channel] * rng.uniform(0.8, 1.25))
            claimed = sales[campaign.id, date] + (rng.random() < 0.08)
            days.append(Day(campaign, date, spend, round(clicks / rng.uniform(0.009, 0.021)), clicks, claimed))
    return days


def _dates(campaign: Campaign) -> list[dt.date]:
    return [campaign.begins + dt.timedelta(days=at) for at in range((campaign.ends - campaign.begins).days + 1)]


def make_meta(folder: Path, days: list[Day]) -> None:
    """Write Meta's report: a row per campaign and week, and a summary row without a campaign."""
    weeks: dict[tuple[dt.date, str], list[Day]] = {}
    mine = [day for day in days if day.campaign.channel == catalogue.META]
    for day in mine:
        monday = max(day.date - dt.timedelta(days=day.date.weekday()), catalogue.START)
        weeks.setdefault((monday, day.campaign.name), []).append(day)
    rows = [_meta_row(name, week) for (_, name), week in sorted(weeks.items())]
    write_csv(folder / META_FILE, META_HEADER, [_meta_row("", mine), *rows], encoding="utf-8-sig")


def _meta_row(name: str, days: list[Day]) -> list[object]:
    spend, claimed = sum(day.spend for day in days), sum(day.claimed for day in days)
    impressions = sum(day.impressions for day in days)
    reach = round(impressions / 1.7)
    return [
        min(day.date for day in days),
        max(day.date for day in days),
        name,
        f"{name}_CO_18-65" if name else "",
        "active" if name else "",
        claimed or "",
        "actions:offsite_conversion.fb_pixel_purchase" if claimed else "",
        reach,
        f"{impressions / max(reach, 1):.6f}",
        f"{spend / claimed:.2f}" if claimed else "",
        spend,
        impressions,
        sum(day.clicks for day in days),
    ]


def make_google(folder: Path, days: list[Day]) -> None:
    """Write Google's report: two lines above the header, a row per campaign and day, totals, ``--`` for nothing."""
    mine = sorted((d for d in days if d.campaign.channel == catalogue.GOOGLE), key=lambda d: (d.date, d.campaign.name))
    rows = [_google_row(f"{day.date}", day.campaign.name, "Habilitada", [day]) for day in mine]
    rows += [_google_row("", "Total: campañas", "", mine), _google_row("", "Total: Cuenta", "", mine)]
    write_csv(
        folder / GOOGLE_FILE,
        GOOGLE_HEADER,
        rows,
        above=["Informe de campañas", '"1 de mayo de 2025 - 31 de octubre de 2026"'],
    )


def _google_row(date: str, name: str, state: str, days: list[Day]) -> list[object]:
    spend, clicks = sum(day.spend for day in days), sum(day.clicks for day in days)
    impressions, claimed = sum(day.impressions for day in days), sum(day.claimed for day in days)
    number = traps.spanish_number
    return [
        date,
        name,
        state,
        "COP",
        number(impressions, 0),
        number(clicks, 0),
        f"{number(100 * clicks / impressions)}%" if impressions else "--",
        number(spend / clicks) if clicks else "--",
        number(spend),
        number(claimed),
        number(spend / claimed) if claimed else "--",
    ]


def make_actions(folder: Path) -> None:
    """Write the list of marketing actions, on- and offline, as the shop keeps it."""
    rows = [
        [
            action.id,
            action.name,
            action.medium,
            action.channel,
            f"{action.begins:%d/%m/%Y}",
            f"{action.ends:%d/%m/%Y}",
            action.cities.replace("|", ", "),
            action.coupon,
            action.phone,
            action.url,
            f"{round(action.holdout * 100)}%" if action.holdout else "",
            traps.spanish_number(action.planned),
            "COP",
        ]
        for action in catalogue.CAMPAIGNS
    ]
    write_csv(folder / ACTIONS_FILE, ACTIONS_HEADER, rows, delimiter=";", encoding="cp1252")
