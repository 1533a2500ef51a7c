"""How right three readers of email addresses are on the tests of is_email, by profile.

The set is not ours and not in this repository: give the path of its tests as JSON lines with ``address`` and
``category``. Each library has the options that come nearest to the profile.

    uv run --with pyisemail python benchmarks/contactability_cases.py tests.jsonl
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import email_validator
import polars as pl

from custintel.contactability.email_syntax import PROFILES, Profile, syntax

SERIOUS = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}
"""Categories of is_email that any sender can write to; the others say how much must be forgiven."""
TAKEN: dict[Profile, set[str]] = {
    "mailable": SERIOUS,
    "smtp": SERIOUS | {"ISEMAIL_RFC5321"},
    "rfc5322": SERIOUS | {"ISEMAIL_RFC5321", "ISEMAIL_CFWS", "ISEMAIL_DEPREC", "ISEMAIL_RFC5322"},
}

Judge = Callable[[str, Profile], bool]


def validator(address: str, profile: Profile) -> bool:
    """Whether email-validator takes an address."""
    wide = profile != "mailable"
    try:
        email_validator.validate_email(
            address,
            strict=profile != "rfc5322",
            allow_quoted_local=wide,
            allow_domain_literal=wide,
            globally_deliverable=not wide,
            check_deliverability=False,
        )
    except (email_validator.EmailNotValidError, UnicodeError):
        return False
    return True


def judges() -> dict[str, Judge]:
    """The libraries that are installed."""
    found: dict[str, Judge] = {"email-validator": validator}
    if not importlib.util.find_spec("pyisemail"):
        print("pyisemail is not installed: left out")
        return found
    from pyisemail import is_email

    forgiven: dict[Profile, set[str]] = {"mailable": {"ValidDiagnosis"}}
    forgiven["smtp"] = forgiven["mailable"] | {"RFC5321Diagnosis"}
    forgiven["rfc5322"] = forgiven["smtp"] | {"CFWSDiagnosis", "DeprecatedDiagnosis", "RFC5322Diagnosis"}
    found["pyisemail"] = lambda address, profile: type(is_email(address, diagnose=True)).__name__ in forgiven[profile]
    return found


def main() -> None:
    """Print, by profile, how many cases each judge gets right, and ours that it gets wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    tests = [json.loads(line) for line in parser.parse_args().cases.read_text("utf-8").splitlines() if line]
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


if __name__ == "__main__":
    main()
