"""Emails without the network: how right, and how much CPU.

Speed: 1,000,000 distinct invented addresses through our syntax, names and typos, and the first 20,000 of them row by
row through email-validator and, where it is installed, pyisemail, in one interleaved run. CPU seconds of the process,
all threads; best of the rounds. What the two libraries cost for all rows is reckoned from their share.

Truth: given the path of the test set of is_email (its tests as JSON lines with ``address`` and ``category``; the set is
not ours and not in this repository), the verdicts of all three on every case, by profile, each library with the options
that come nearest to the profile.

    uv run --with pyisemail python benchmarks/contactability_syntax.py [--rows 1000000] [--cases tests.jsonl]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from custintel.contactability import typos
from custintel.contactability.email_names import email_facts
from custintel.contactability.email_syntax import PROFILES, Profile, syntax

SAMPLE = 20_000
ROUNDS = 3
BIG = ["gmail.com"] * 40 + ["hotmail.com"] * 20 + ["yahoo.es", "outlook.com", "une.net.co", "gmial.com", "tienda.con"]
NAMES = ["ana", "luis.perez", "Maria_G", "j-rojas", "ventas", "pqr", "josé", "ana..perez", "ana perez", "o'neil"]

SERIOUS = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}
"""Categories of is_email that any sender can write to; the others say how much must be forgiven."""
TAKEN: dict[Profile, set[str]] = {
    "mailable": SERIOUS,
    "smtp": SERIOUS | {"ISEMAIL_RFC5321"},
    "rfc5322": SERIOUS | {"ISEMAIL_RFC5321", "ISEMAIL_CFWS", "ISEMAIL_DEPREC", "ISEMAIL_RFC5322"},
}

Judge = Callable[..., bool]


def addresses(rows: int) -> list[str]:
    """Distinct addresses as a shop has them: three in four at a big provider, some thousands of firms, 4 % broken."""
    chance = random.Random(4)
    hosts = [f"empresa{number}.com.co" for number in range(rows // 5)]
    names = NAMES[:5] * 10 + NAMES[5:]
    return [
        f"{chance.choice(names)}{number}@{chance.choice(BIG if chance.random() < 0.75 else hosts)}"
        for number in range(rows)
    ]


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of ``work`` in this process, all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def judges() -> dict[str, Judge]:
    """The libraries, asked one address at a time."""
    from email_validator import EmailNotValidError, validate_email

    def validator(address: str, profile: Profile = "mailable") -> bool:
        wide = profile != "mailable"
        try:
            validate_email(
                address,
                strict=profile != "rfc5322",
                allow_quoted_local=wide,
                allow_domain_literal=wide,
                globally_deliverable=not wide,
                check_deliverability=False,
            )
        except (EmailNotValidError, UnicodeError):
            return False
        return True

    found: dict[str, Judge] = {"email-validator": validator}
    if importlib.util.find_spec("pyisemail"):
        from pyisemail import is_email

        forgiven: dict[Profile, set[str]] = {"mailable": {"ValidDiagnosis"}}
        forgiven["smtp"] = forgiven["mailable"] | {"RFC5321Diagnosis"}
        forgiven["rfc5322"] = forgiven["smtp"] | {"CFWSDiagnosis", "DeprecatedDiagnosis", "RFC5322Diagnosis"}

        def isemail(address: str, profile: Profile = "mailable") -> bool:
            return type(is_email(address, diagnose=True)).__name__ in forgiven[profile]

        found["pyisemail"] = isemail
    else:
        print("pyisemail is not installed: left out")
    return found


def speed(rows: int) -> None:
    """Print CPU seconds for ``rows`` addresses."""
    held = addresses(rows)
    asked, few = pl.Series(held), held[:SAMPLE]
    read = email_facts(asked)
    counted = read.drop_nulls("domain").group_by("domain").len("n")
    works: dict[str, tuple[Callable[[], object], float]] = {
        "syntax": (lambda: syntax(asked), 1),
        "syntax and names": (lambda: email_facts(asked), 1),
        f"typos ({counted.height:,} domains)": (lambda: typos.suggestions(counted), 1),
    }
    for name, judge in judges().items():
        works[f"{name}, row by row"] = (lambda judge=judge: [judge(one) for one in few], rows / len(few))
    best = dict.fromkeys(works, float("inf"))
    for _round in range(ROUNDS):
        for name, (work, share) in works.items():
            best[name] = min(best[name], cpu(work) * share)
    print(f"\n{rows:,} distinct addresses, {read['syntax'].null_count():,} of them right; CPU seconds")
    for name, seconds in best.items():
        print(f"  {name:<32} {seconds:8.2f}")


def truth(cases: Path) -> None:
    """Print, by profile, how many cases each judge gets right, and ours that it gets wrong."""
    tests = [json.loads(line) for line in cases.read_text("utf-8").splitlines() if line]
    held = [test["address"] for test in tests]
    libraries = judges()
    for profile in PROFILES:
        right = [test["category"] in TAKEN[profile] for test in tests]
        found = syntax(pl.Series(held), profile)["code"]
        ours = found.is_null().to_list()
        print(f"\n{profile}: {len(tests)} cases")
        theirs = {name: [judge(address, profile) for address in held] for name, judge in libraries.items()}
        for name, said in {"ours": ours, **theirs}.items():
            print(f"  {name:<16} {sum(one == other for one, other in zip(said, right, strict=True)):4d} right")
        for name, said in theirs.items():
            differ = [one for one, other in zip(said, ours, strict=True) if one != other]
            print(f"  {name} takes {sum(differ)} that we refuse, refuses {len(differ) - sum(differ)} that we take")
        for test, said, wanted, code in zip(tests, ours, right, found, strict=True):
            if said != wanted:
                print(f"  ours differs: {test['address']!r} is {test['category']}, we say {code or 'right'}")


def main() -> None:
    """Measure, and compare where there is something to compare with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--cases", type=Path)
    chosen = parser.parse_args()
    speed(chosen.rows)
    if chosen.cases:
        truth(chosen.cases)


if __name__ == "__main__":
    main()
