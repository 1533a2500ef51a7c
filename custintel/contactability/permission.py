"""Who may be contacted, per person and channel: a question of its own, never mixed with who can be reached.

One no outweighs every yes. Who unsubscribed, complained or is suppressed is not contacted by that channel at any of
their addresses; a register binds the address or number that stands in it. Silence is no consent: it is "unproven",
never "yes".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from custintel.contactability.law import PermissionRules
from custintel.fields import email

CHANNELS = ("email", "sms", "whatsapp", "call")
WHYS = (
    *("unsubscribed", "complaint", "suppressed", "register_rne", "register_robinson"),
    *("no_consent", "consent_expired", "minor"),
)
"""Reasons for a no; of several the first is said."""
YES, UNPROVEN = "yes", "unproven"
KIND_CHANNELS: Mapping[str, tuple[str, ...]] = {
    "email": ("email",),
    "mobile": ("sms", "whatsapp", "call"),
    "whatsapp": ("sms", "whatsapp", "call"),
    "landline": ("call",),
}
"""Channels that reach each kind of contact point; other kinds are reached by none of these."""

_OF_NOTICE = {"email": ("email",), "phone": ("sms", "whatsapp", "call")}
_REGISTERS = ("register_rne", "register_robinson")
_RANK = pl.UInt8()


def permission(
    customers: pl.DataFrame,
    points: pl.DataFrame,
    notices: pl.DataFrame,
    *,
    today: dt.date,
    rules: PermissionRules,
) -> pl.DataFrame:
    """Whether each person may be contacted, by channel.

    Args:
        customers: ``customer_id``, ``consent_data``, ``consent_email``, ``consent_sms``, ``consent_whatsapp``,
            ``consent_call``, ``consent_at``, ``birth_date``, ``country``, as in the table ``customers``.
        points: ``customer_id``, ``kind``, ``value``, as in the table ``contact_points``.
        notices: ``kind``, ``value``, ``channel`` (null: all that reach it), ``why``, as in the table ``notices``, with
            hashes already found again among the points.
        today: for ages, and for how long ago consent was given.
        rules: ages, and how long consent counts.

    Returns:
        ``customer_id`` and ``may_contact_<channel>``: ``yes``, ``no:<why>`` (of :data:`WHYS`) or ``unproven``; in the
        order of ``customers``. A person whom no point of a channel reaches gets the answer of their consent.
    """
    points = points.with_columns(mailbox=_mailbox())
    noted = _noted(notices, points)
    touched = points.join(_owners(noted, points), on="customer_id", how="semi")
    answers = customers.select("customer_id")
    for channel in CHANNELS:
        reached = (
            _reached(touched, noted, channel)
            .group_by("customer_id")
            .agg(everywhere=pl.col("listed").is_not_null().all(), listed=pl.col("listed").min())
        )
        own = _own_answers(customers, touched, noted, channel, today, rules)
        told = own.join(reached.filter("everywhere"), on="customer_id", how="left", maintain_order="left")
        answers = answers.with_columns(_answered(told).alias(f"may_contact_{channel}"))
    return answers


def point_permission(
    customers: pl.DataFrame,
    points: pl.DataFrame,
    notices: pl.DataFrame,
    *,
    today: dt.date,
    rules: PermissionRules,
) -> pl.DataFrame:
    """Whether each address or number of a person may be used, by each channel that reaches it.

    The arguments are those of :func:`permission`.

    Returns:
        ``customer_id``, ``kind``, ``value``, ``channel`` and ``answer``: channel after channel, each in the order of
        ``points``.
    """
    points = points.with_columns(mailbox=_mailbox())
    noted = _noted(notices, points)
    touched = points.join(_owners(noted, points), on="customer_id", how="semi")
    answers = []
    for channel in CHANNELS:
        own = _own_answers(customers, touched, noted, channel, today, rules)
        reached = _reached(points, noted, channel)
        told = reached.join(own, on="customer_id", how="left", maintain_order="left")
        answers.append(
            told.select(
                "customer_id", "kind", "value", pl.lit(channel).alias("channel"), _answered(told).alias("answer")
            )
        )
    return pl.concat(answers)


def _noted(notices: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """``mailbox``, ``channel``, ``why``, ``rank`` of the notices about ``points``, one row per channel."""
    texts = [pl.col(name).cast(pl.String) for name in ("kind", "mailbox", "channel", "why")]
    named = notices.with_columns(mailbox=_mailbox())
    noted = named.join(points.select("mailbox"), on="mailbox", how="semi").select(texts)
    every = pl.col("kind").replace_strict(_OF_NOTICE, default=[], return_dtype=pl.List(pl.String))
    return noted.with_columns(
        channel=pl.when(pl.col("channel").is_null()).then(every).otherwise(pl.concat_list("channel")),
        rank=pl.col("why").replace_strict({why: rank for rank, why in enumerate(WHYS)}, return_dtype=_RANK),
    ).explode("channel", empty_as_null=False)


def _mailbox() -> pl.Expr:
    """What two values share that reach the same: ``ana.gil+news@gmail.com`` is the mailbox of ``anagil@gmail.com``."""
    value = pl.col("value")
    return pl.when(value.str.contains("@", literal=True)).then(email.mailbox(value)).otherwise(value)


def _owners(noted: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    return points.join(noted, on="mailbox", how="semi").select("customer_id").unique()


def _reached(points: pl.DataFrame, noted: pl.DataFrame, channel: str) -> pl.DataFrame:
    """The points that a channel reaches, with ``listed``: the rank of the register that forbids it there, or null."""
    registers = noted.filter(pl.col("channel") == channel, pl.col("why").is_in(_REGISTERS))
    listed = registers.group_by("mailbox").agg(listed=pl.col("rank").min())
    reached = points.select("customer_id", pl.col("kind").cast(pl.String), "value", "mailbox")
    reached = reached.filter(pl.col("kind").is_in(_kinds(channel)))
    return reached.join(listed, on="mailbox", how="left", maintain_order="left")


def _own_answers(
    customers: pl.DataFrame,
    points: pl.DataFrame,
    noted: pl.DataFrame,
    channel: str,
    today: dt.date,
    rules: PermissionRules,
) -> pl.DataFrame:
    """``customer_id``, ``refused`` (the rank of the first no of the person, or null) and ``agreed``."""
    consent = _consent(customers, channel, today, rules)
    own = consent.join(_bound(points, noted, channel), on="customer_id", how="left", maintain_order="left")
    return own.select("customer_id", refused=pl.min_horizontal("refused", "bound"), agreed="agreed")


def _bound(points: pl.DataFrame, noted: pl.DataFrame, channel: str) -> pl.DataFrame:
    """``customer_id`` and ``bound``: the rank of the first notice that binds the person on a channel.

    A register's word about a channel that does not reach the very point ("no emails to the owner of this number") is
    about the person, too.
    """
    kind = pl.col("kind").cast(pl.String)
    owned = points.select("customer_id", "mailbox", elsewhere=~kind.is_in(_kinds(channel)))
    about = owned.join(noted.filter(pl.col("channel") == channel), on="mailbox", how="inner")
    personal = ~pl.col("why").is_in(_REGISTERS) | pl.col("elsewhere")
    return about.filter(personal).group_by("customer_id").agg(bound=pl.col("rank").min())


def _kinds(channel: str) -> list[str]:
    """The kinds of points that a channel reaches."""
    return [kind for kind, channels in KIND_CHANNELS.items() if channel in channels]


def _consent(customers: pl.DataFrame, channel: str, today: dt.date, rules: PermissionRules) -> pl.DataFrame:
    """What the person said about a channel, and whether they may say it."""
    said = pl.col(f"consent_{channel}")
    age = pl.col("country").replace_strict(
        dict(rules.minor_age), default=rules.minor_age_elsewhere, return_dtype=pl.Int64
    )
    born_after = age.replace_strict({years: _years_ago(today, years) for years in _ages(rules)}, return_dtype=pl.Date)
    fresh, expired = pl.lit(True), pl.lit(False)
    if rules.consent_days is not None:
        limit = today - dt.timedelta(days=rules.consent_days)
        given = pl.col("consent_at").cast(pl.Date)
        fresh, expired = given >= limit, (given < limit) & said
    return customers.select(
        "customer_id",
        refused=pl.min_horizontal(
            _ranked("no_consent", ~pl.col("consent_data") | ~said),
            _ranked("consent_expired", expired),
            _ranked("minor", pl.col("birth_date") > born_after),
        ),
        agreed=(said & fresh).fill_null(False),
    )


def _ages(rules: PermissionRules) -> list[int]:
    return sorted({*rules.minor_age.values(), rules.minor_age_elsewhere})


def _years_ago(today: dt.date, years: int) -> dt.date:
    """The same day some years before; the 28th for a 29th of February that was not."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def _ranked(why: str, holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then(pl.lit(WHYS.index(why), _RANK))


def _answered(told: pl.DataFrame) -> pl.Series:
    """The answers of ``told`` (``refused``, ``listed``, ``agreed``), in words of code."""
    no = pl.lit(pl.Series([f"no:{why}" for why in WHYS]))
    rank = pl.min_horizontal("refused", "listed")
    allowed = pl.when(pl.col("agreed").fill_null(False)).then(pl.lit(YES)).otherwise(pl.lit(UNPROVEN))
    return told.select(pl.coalesce(no.gather(rank), allowed)).to_series()
