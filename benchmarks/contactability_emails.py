"""Reading email addresses: ours on all of them at once, the libraries row by row on a sample.

The addresses are invented (seeded). On the sample, what email-validator makes of each is compared with ours.
"""

from __future__ import annotations

import importlib.util
import random
from functools import partial

import email_validator
import polars as pl
from contactability_contest import Contest, measured

from custintel.contactability import typos
from custintel.contactability.email_names import email_facts
from custintel.contactability.email_syntax import syntax

TASK = "emails"
SYNTAX = "syntax"
BIG = ["gmail.com"] * 40 + ["hotmail.com"] * 20 + ["yahoo.es", "outlook.com", "une.net.co", "gmial.com", "tienda.con"]
NAMES = ["ana", "luis.perez", "Maria_G", "j-rojas", "ventas", "pqr", "josé", "ana..perez", "ana perez", "o'neil"]

Taken = tuple[str, str]
"""The name before the @, and the domain in its ASCII form."""


def addresses(rows: int) -> list[str]:
    """Distinct addresses as a shop has them: three in four at a big provider, some thousands of firms, 4 % broken."""
    chance = random.Random(4)
    hosts = [f"empresa{number}.com.co" for number in range(max(1, rows // 5))]
    names = NAMES[:5] * 10 + NAMES[5:]
    return [
        f"{chance.choice(names)}{number}@{chance.choice(BIG if chance.random() < 0.75 else hosts)}"
        for number in range(rows)
    ]


def by_library(address: str) -> Taken | None:
    """What email-validator makes of an address; nothing when it refuses it."""
    try:
        found = email_validator.validate_email(address, strict=True, check_deliverability=False)
    except (email_validator.EmailNotValidError, UnicodeError):
        return None
    return found.local_part, found.ascii_domain


def differences(asked: list[str]) -> list[str]:
    """The addresses that we and email-validator read differently."""
    ours = syntax(pl.Series(asked, dtype=pl.String)).iter_rows()
    taken = [None if code else (local, domain) for _value, local, domain, code in ours]
    return [address for address, one in zip(asked, taken, strict=True) if one != by_library(address)]


def contests(asked: list[str], sample: int) -> list[Contest]:
    """Ours on all addresses, the libraries on the first of them; pyisemail only where it is installed."""
    values, few = pl.Series(asked, dtype=pl.String), asked[:sample]
    domains = email_facts(values).drop_nulls("domain").group_by("domain").len("n")
    works = {
        SYNTAX: (len(asked), lambda: syntax(values)),
        "syntax and names": (len(asked), lambda: email_facts(values)),
        f"typos of their {domains.height:,} domains": (len(asked), lambda: typos.suggestions(domains)),
        "email-validator, row by row": (len(few), lambda: [by_library(address) for address in few]),
    }
    if importlib.util.find_spec("pyisemail"):
        from pyisemail import is_email

        works["pyisemail, row by row"] = (len(few), lambda: [is_email(address) for address in few])
    return [Contest(TASK, tool, partial(measured, count, work)) for tool, (count, work) in works.items()]
