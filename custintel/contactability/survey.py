"""All of ``ci contactability`` but the terminal, the disk and the network: tables and evidence in, tables out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from custintel.contactability import channels, outcomes, verdict
from custintel.contactability.hashed_notices import resolved
from custintel.contactability.law import PermissionRules
from custintel.contactability.permission import permission, point_permission
from custintel.contactability.phones import KINDS as PHONE_KINDS
from custintel.contactability.phones import phone_facts
from custintel.contactability.repairs import repairs
from custintel.contactability.risk import KEYS, Forecast, age, bounce_risk
from custintel.tables import CONTACT_POINTS, CONTACTABILITY, CUSTOMERS, FEEDBACK, NOTICES, Table

_AGE = "age"


@dataclass(frozen=True)
class Survey:
    """What a run finds out.

    Attributes:
        tables: ``contactability``, and ``customers`` and ``contact_points`` with what it adds to them; conforming to
            their declarations.
        ways: every way that leads to somebody, as :func:`.channels.ways` gives it.
        by_channel: people and money by channel.
        repairs: what can be done for whom.
        forecast: the bounces of a message to every email that is not undeliverable.
        revenue: what everybody has spent so far, as far as it is known.
        revenue_out_of_reach: what those have spent whom no channel reaches that they agreed to.
        home: the country of most people (ISO alpha-2), if there is one.
    """

    tables: Mapping[Table, pl.DataFrame]
    ways: pl.DataFrame
    by_channel: pl.DataFrame
    repairs: pl.DataFrame
    forecast: Forecast
    revenue: float
    revenue_out_of_reach: float
    home: str | None

    @property
    def has_money(self) -> bool:
        """Whether anybody's spending is known."""
        return self.revenue > 0


def addresses(points: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """The distinct addresses and numbers.

    Args:
        points: the table ``contact_points``.
        customers: the table ``customers``.

    Returns:
        ``kind``, ``value``, ``raw`` (the first, as it came), ``people`` (how many); ``country``, ``region``, ``city``
        where its owners agree, and when the latest of them was ``seen``; sorted by kind and value.
    """
    owners = customers.select("customer_id", "country", "region", "city", "last_seen")
    owned = points.filter(pl.col("kind") != "postal").join(owners, on="customer_id", how="left")
    place = [
        pl.when(pl.col(name).drop_nulls().n_unique() == 1).then(pl.col(name).drop_nulls().first()).alias(name)
        for name in ("country", "region", "city")
    ]
    found = (
        owned.sort("customer_id")
        .group_by("kind", "value")
        .agg(pl.col("raw").first(), *place, people=pl.col("customer_id").n_unique(), seen=pl.col("last_seen").max())
    )
    return found.with_columns(pl.col("kind").cast(pl.String)).sort("kind", "value")


def askable(facts: pl.DataFrame) -> list[str]:
    """The domains that the DNS can say something about, of :func:`.email_names.email_facts`; sorted."""
    right = pl.col("syntax").is_null() & ~pl.col("reserved") & ~pl.col("tld_unknown")
    return facts.filter(right)["domain"].drop_nulls().unique().sort().to_list()


def survey(
    before: Mapping[Table, pl.DataFrame],
    asked: pl.DataFrame,
    facts: pl.DataFrame,
    domains: pl.DataFrame,
    *,
    today: dt.date,
    rules: PermissionRules,
    country: str | None = None,
    own: Collection[str] = (),
) -> Survey:
    """Judge every address and number, and every person.

    Args:
        before: the tables ``customers``, ``contact_points``, ``feedback`` and ``notices``.
        asked: as :func:`addresses` gives it.
        facts: of its emails, as :func:`.email_names.email_facts` gives it.
        domains: what the DNS said, as :func:`.mail_domain.classify` gives it.
        today: for ages.
        rules: ages, and how long consent counts.
        country: of numbers that do not say theirs.
        own: the shop's own numbers.
    """
    customers, points, events = before[CUSTOMERS], before[CONTACT_POINTS], before[FEEDBACK]
    emails = asked.filter(pl.col("kind") == "email")
    phones = asked.filter(pl.col("kind").is_in(PHONE_KINDS))
    quiet = _quiet(emails, events, today)
    told = [verdict.of_emails(facts, domains, quiet), verdict.of_phones(phone_facts(phones, country=country, own=own))]
    unheard = pl.concat([part.select(verdict.COLUMNS) for part in told], how="vertical_relaxed")
    judged = verdict.heard(unheard, outcomes.evidence(events), outcomes.on_whatsapp(events))
    judged = judged.join(
        asked.select("kind", "value", "people"), on=["kind", "value"], how="left", maintain_order="left"
    )
    judged, forecast = _with_risk(judged, unheard, emails.select("value", days=quiet), events)
    table = CONTACTABILITY.conform(judged.select(CONTACTABILITY.schema.names()).sort("kind", "value"))
    notices = _notices(before, asked)
    allowed = permission(customers, points, notices, today=today, rules=rules)
    answers = point_permission(customers, points, notices, today=today, rules=rules)
    ways = channels.ways(answers, table)
    people = channels.of_customers(customers, ways, allowed)
    money = _money(people)
    return Survey(
        tables={
            CONTACTABILITY: table,
            CUSTOMERS: CUSTOMERS.conform(people),
            CONTACT_POINTS: CONTACT_POINTS.conform(_with_status(points, table)),
        },
        ways=ways,
        by_channel=channels.by_channel(ways, money),
        repairs=repairs(people, points, table, ways, money),
        forecast=forecast,
        revenue=float(money["revenue"].sum()),
        revenue_out_of_reach=float(money.filter(people["best_channel"].is_null())["revenue"].sum()),
        home=_home(people["country"]),
    )


def _quiet(emails: pl.DataFrame, events: pl.DataFrame, today: dt.date) -> pl.Series:
    """Days since the last sign of life of each email: the latest sight of its owners, or what a report saw."""
    alive = outcomes.last_signs_of_life(events).filter(pl.col("kind") == "email").select("value", "alive_at")
    last = emails.join(alive, on="value", how="left", maintain_order="left")
    seen = pl.max_horizontal(pl.col("seen").dt.date(), pl.col("alive_at").dt.date())
    return last.select((pl.lit(today) - seen).dt.total_days().clip(0).alias("days")).to_series()


def _with_risk(
    judged: pl.DataFrame, unheard: pl.DataFrame, quiet: pl.DataFrame, events: pl.DataFrame
) -> tuple[pl.DataFrame, Forecast]:
    """``judged`` with ``p_bounce``, and the forecast for the emails that are not undeliverable.

    The rates are learned by what was thought of addresses before the reports were heard: a report that makes its own
    address undeliverable teaches nothing about the others.
    """
    cells = quiet.select("value", age(pl.col("days")).alias(_AGE))

    def celled(verdicts: pl.DataFrame) -> pl.DataFrame:
        emails = verdicts.filter(pl.col("kind") == "email")
        return emails.join(cells, on="value", how="left", maintain_order="left")

    fates = celled(unheard).join(outcomes.trials(events), on="value")
    known = fates.group_by(KEYS).agg(n=pl.len(), bounces=pl.col("bounced").sum())
    sendable = celled(judged).filter(pl.col("status") != "undeliverable")
    risk = bounce_risk(sendable.group_by(KEYS).agg(addresses=pl.len()), known)
    rates = risk.cells.select(*KEYS, p_bounce="p")
    each = sendable.join(rates, on=KEYS, how="left", nulls_equal=True).select("kind", "value", "p_bounce")
    return judged.join(each, on=["kind", "value"], how="left", maintain_order="left"), risk.forecast


def _notices(before: Mapping[Table, pl.DataFrame], asked: pl.DataFrame) -> pl.DataFrame:
    """The notices about the addresses and numbers there are, those that came encrypted found again among them."""
    every = outcomes.merged_notices(before[NOTICES], outcomes.notices_of(before[FEEDBACK]))
    reached = pl.when(pl.col("kind") == "email").then(pl.lit("email")).otherwise(pl.lit("phone"))
    return resolved(every, asked.select(reached.alias("kind"), "value").unique(maintain_order=True))


def _with_status(points: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """The table ``contact_points`` with the status of each; null for postal addresses, which nobody judges."""
    judged = verdicts.select("kind", "value", pl.col("status").cast(pl.String))
    known = points.drop("status", strict=False).join(judged, on=["kind", "value"], how="left", maintain_order="left")
    return known.select(CONTACT_POINTS.schema.names())


def _home(countries: pl.Series) -> str | None:
    """The country of more than half of those whose country is known."""
    counted = countries.drop_nulls().value_counts(sort=True, name="n")
    most = counted.filter(pl.col("n") * 2 > pl.col("n").sum())
    return most["country"].item() if most.height else None


def _money(people: pl.DataFrame) -> pl.DataFrame:
    """``customer_id`` and ``revenue``, what each has spent so far as far as it is known; 0 where it is not."""
    spent = pl.col("total_spent").cast(pl.Float64) if "total_spent" in people.columns else pl.lit(None, pl.Float64)
    return people.select("customer_id", revenue=spent.fill_null(0.0))
