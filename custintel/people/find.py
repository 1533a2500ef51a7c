"""Whom somebody means: an id, an email, a phone, a document or a name, in whatever form it is typed.

Looked for in every record, so that a person is found by their old phone and their badly written name too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from custintel.errors import CustintelError
from custintel.fields import document, email, name, name_list, phone, text
from custintel.formats import number, safe
from custintel.i18n import _
from custintel.tables import CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS, Table
from custintel.tables.records import raw

SIMILAR = ("similar_email", "similar_name")
BY = pl.Enum(["customer_id", "former_id", "record_id", "email", "document", "phone", "source_id", "name", *SIMILAR])
"""How a person was found. ``former_id`` is that of somebody who has been merged into them; what is similar is an offer,
not an answer."""

PHONES = ("mobile", "whatsapp", "phone", "landline")
LISTED = 12
"""People listed in an error."""
OFFERED = 6
"""Similar people offered when nobody is found."""
_ALIKE = 80
_LETTERS = {"a": "aáàâãäå", "c": "cç", "e": "eéèêë", "i": "iíìîï", "n": "nñ", "o": "oóòôõöø", "u": "uúùûü", "y": "yýÿ"}


class Found(NamedTuple):
    """The one person somebody meant, and how they were found (one of :data:`BY`)."""

    customer_id: str
    full_name: str | None
    by: str


@dataclass(frozen=True)
class Asked:
    """What is looked for, and where.

    Attributes:
        before: the tables of the project.
        text: as typed, without spaces around it.
        country: whose phones and documents are written without their country.
    """

    before: Mapping[Table, pl.LazyFrame]
    text: str
    country: str | None

    def people_of(self, records: pl.LazyFrame) -> pl.Series:
        """customer_id of the people whom some records belong to, each once, in the order of the records."""
        whose = records.select("record_id").join(
            self.before[IDENTITIES].select("record_id", "customer_id"),
            on="record_id",
            how="inner",
            maintain_order="left",
        )
        return whose.select(pl.col("customer_id").unique(maintain_order=True)).collect().to_series()

    def with_record(self, condition: pl.Expr) -> pl.Series:
        """customer_id of the people who have a record for which ``condition`` holds."""
        return self.people_of(self.before[RECORDS].filter(condition)).sort()

    def with_contact(self, condition: pl.Expr) -> pl.Series:
        """customer_id of the people who have a contact point for which ``condition`` holds; their main one first."""
        points = (
            self.before[CONTACT_POINTS].filter(condition).sort("is_primary", "customer_id", descending=[True, False])
        )
        return points.select(pl.col("customer_id").unique(maintain_order=True)).collect().to_series()

    def places(self) -> list[str | None]:
        """The countries that a number may be of: the one given, then those of the people here, most frequent first."""
        lived = self.before[CUSTOMERS].filter(pl.col("country").is_not_null()).group_by("country").len("n").collect()
        others = lived.sort("n", "country", descending=[True, False])["country"].to_list()
        return [self.country, *(country for country in others if country != self.country)]

    def read_in(self, places: Sequence[str | None]) -> pl.DataFrame:
        """The text as a cell of each of some countries: what the kernels of fields read."""
        return pl.DataFrame(
            {
                "raw": pl.Series([self.text] * len(places), dtype=pl.String),
                "country": pl.Series(places, dtype=pl.String),
            }
        )


def find(before: Mapping[Table, pl.LazyFrame], text: str, country: str | None = None) -> pl.DataFrame:
    """The people whom ``text`` may mean.

    Args:
        before: the tables of the project.
        text: a customer_id, a record_id, an email, a phone, a document, an id of the person's own system, or words of a
            name.
        country: ISO alpha-2, of the phones and documents that do not say theirs.

    Returns:
        Rows of the ``customers`` table and ``by`` (:data:`BY`), each person once, the best first. Only when nobody is
        found, those who are similar.
    """
    asked = Asked(before, text.strip(), country)
    searches = ((by_id,), (by_email,), (by_document, by_phone, by_source_id), (by_name,), (by_similar,))
    for together in searches:
        hits = [hit for search in together for hit in search(asked) if hit[1].len()] if asked.text else []
        if hits:
            break
    found = pl.concat(
        [pl.DataFrame(schema={"customer_id": pl.String, "by": BY})]
        + [people.alias("customer_id").to_frame().with_columns(by=pl.lit(by, BY)) for by, people in hits]
    ).unique("customer_id", keep="first", maintain_order=True)
    rows = before[CUSTOMERS].filter(pl.col("customer_id").is_in(found["customer_id"].implode())).collect()
    return found.join(rows, on="customer_id", how="inner", maintain_order="left").select(*rows.columns, "by")


def one(before: Mapping[Table, pl.LazyFrame], text: str, country: str | None = None) -> Found:
    """The one person whom ``text`` means; the arguments are those of :func:`find`.

    Raises:
        CustintelError: it is nobody, or several, who are listed with their ids.
    """
    found = find(before, text, country)
    meant = found.filter(~pl.col("by").is_in(SIMILAR))
    if meant.height == 1:
        row = meant.row(0, named=True)
        return Found(row["customer_id"], row["full_name"], row["by"])
    who = safe(text.strip())
    if meant.height:
        raise CustintelError(
            _('{n} people answer to "{who}".').format(n=number(meant.height), who=who),
            seen=listed(meant, LISTED),
            hint=_("Name one by the id at the start of the line."),
        )
    raise CustintelError(
        _('Nobody in the project answers to "{who}".').format(who=who),
        seen=_("Similar:") + "\n" + listed(found, OFFERED) if found.height else "",
        hint=_("Name a person by email, phone, document, id or words of the name, in quotes."),
    )


def listed(people: pl.DataFrame, most: int) -> str:
    """A line per person: the id, and what tells them from each other."""
    lines = [
        "  ".join(safe(part) for part in row if part)
        for row in people.head(most).select("customer_id", "full_name", "email", "phone", "city").iter_rows()
    ]
    if people.height > most:
        lines.append(_("... and {n} more").format(n=number(people.height - most)))
    return "\n".join(lines)


Hits = Iterable[tuple[str, pl.Series]]


def by_id(asked: Asked) -> Hits:
    """By customer_id, also of somebody who has been merged away: it is made from the id of their first record."""
    wanted = asked.text.lower()
    ids = asked.before[IDENTITIES]
    born = re.fullmatch(r"c([0-9a-z]+)(?:-r\d+)?", wanted)
    kinds = (
        ("customer_id", pl.col("customer_id") == wanted),
        ("record_id", pl.col("record_id") == wanted),
        ("former_id", pl.col("record_id") == "r" + (born[1] if born else "")),
    )
    for by, condition in kinds:
        people = asked.people_of(ids.filter(condition))
        yield by, people
        if people.len():
            return


def by_email(asked: Asked) -> Hits:
    """By any address that reaches the same mailbox, or a refused one as it came."""
    if "@" not in asked.text:
        return
    cell = email.normalise(pl.DataFrame({"raw": [asked.text]}, schema={"raw": pl.String}))
    address = cell["value"][0]
    if address is not None:
        box = cell.select(email.mailbox(pl.col("value"))).item()
        of_one_start = pl.col("value").str.starts_with(box[0])
        same = (pl.col("kind") == "email") & of_one_start & (email.mailbox(pl.col("value")) == box)
        yield "email", asked.with_contact(same)
    came = pl.col(raw("email")).str.strip_chars().str.to_lowercase()
    yield "email", asked.with_record(pl.col("email").is_null() & (came == asked.text.lower()))


def by_document(asked: Asked) -> Hits:
    """By a document, whatever stands between its digits."""
    bare = re.sub(r"[^0-9A-Z]", "", asked.text.upper())
    if not 4 <= sum(character.isdigit() for character in bare) <= len(bare) <= 24:
        return
    known = document.normalise(asked.read_in(asked.places()))["value"].drop_nulls().to_list()
    yield (
        "document",
        asked.with_record(
            pl.col("document_id").is_in([*known, bare]).fill_null(value=False)
            | pl.col(raw("document_id")).str.contains(apart(bare, "0-9a-z"))
        ),
    )


def by_phone(asked: Asked) -> Hits:
    """By any number of the person, as it is written in the home country, else in the others; or a refused one as it
    came.
    """
    digits = re.sub(r"\D", "", asked.text)
    if not 6 <= len(digits) <= 15 or "@" in asked.text or len(digits) * 2 < len(asked.text):
        return
    home, *others = asked.places()
    for places in ([home], others):
        numbers = phone.normalise(asked.read_in(places))["value"].drop_nulls().unique()
        people = asked.with_contact(
            pl.col("kind").is_in(["mobile", "landline", "whatsapp"]) & pl.col("value").is_in(numbers.implode())
        )
        yield "phone", people
        if people.len():
            return
    came = [pl.col(field).is_null() & pl.col(raw(field)).str.contains(apart(digits, "0-9")) for field in PHONES]
    yield "phone", asked.with_record(pl.any_horizontal(came))


def by_source_id(asked: Asked) -> Hits:
    """By the id that a file gives the person."""
    yield "source_id", asked.with_record(pl.col("source_id").str.to_lowercase() == asked.text.lower())


def by_name(asked: Asked) -> Hits:
    """By name or company: all words are there, the shortest name first."""
    words = tokens(asked.text)
    if words:
        yield "name", asked.people_of(named(asked.before[RECORDS], [words]))


def by_similar(asked: Asked) -> Hits:
    """Who may have been meant: by pet names, and names or addresses that look alike."""
    if "@" in asked.text:
        points = asked.before[CONTACT_POINTS].filter(pl.col("kind") == "email").select("customer_id", "value")
        yield "similar_email", resembling(points, asked.text.lower())
        return
    words = tokens(asked.text)
    if words:
        yield "similar_name", asked.people_of(named(asked.before[RECORDS], pet_names(words))).head(OFFERED)
        people = asked.before[CUSTOMERS].filter(pl.col("full_name").is_not_null())
        yield "similar_name", resembling(people.select("customer_id", value="full_name"), asked.text.lower())


def apart(characters: str, kind: str) -> str:
    """A pattern: ``characters`` and nothing else of their kind (a regular expression class), whatever is between."""
    between = f"[^{kind}]*"
    return f"(?i)^{between}{between.join(map(re.escape, characters))}{between}$"


def tokens(typed: str) -> list[str]:
    """The words of a name as typed, for comparing."""
    words: list[str] = pl.select(name.tokens(pl.lit(typed[:200]))).item().to_list()
    return words or text.bare_key(typed[:200]).split()


def named(records: pl.LazyFrame, choices: Sequence[Sequence[str]]) -> pl.LazyFrame:
    """The records in whose name or company stand all words of one of the choices; the shortest name first."""
    said = pl.concat_str("full_name", "company", separator=" ", ignore_nulls=True)
    spoken = {word: said.str.contains(word_pattern(word)) for words in choices for word in words}
    wanted = pl.any_horizontal(pl.lit(value=False), *(pl.all_horizontal(spoken[w] for w in words) for words in choices))
    found = records.filter(wanted).select("record_id", _length=said.str.len_chars())
    return found.sort("_length", "record_id")


def word_pattern(word: str) -> str:
    """A pattern that finds a folded word with or without its accents; an initial finds what it may stand for."""
    letters = "".join(f"[{_LETTERS[letter]}]" if letter in _LETTERS else re.escape(letter) for letter in word)
    return rf"(?i)\b{letters}" + (r"\b" if len(word) > 1 else "")


def pet_names(words: Sequence[str]) -> list[list[str]]:
    """The other ways of saying a name: each with one pet name put for the names behind it, or the reverse."""
    present = set(words)
    found = []
    for pet, formals in name_list.nicknames().items():
        for formal in formals:
            if pet in present:
                found.append(sorted(present - {pet} | formal))
            if formal <= present:
                found.append(sorted(present - formal | {pet}))
    return found


def resembling(people: pl.LazyFrame, typed: str) -> pl.Series:
    """customer_id of the people whose ``value`` looks like what was typed, the likest first."""
    from rapidfuzz import fuzz, process

    rows = people.select("customer_id", pl.col("value").str.to_lowercase()).collect()
    scorer = fuzz.ratio if "@" in typed else fuzz.token_sort_ratio
    near = process.extract(typed, rows["value"].to_list(), scorer=scorer, score_cutoff=_ALIKE, limit=4 * OFFERED)
    found = rows[[place for _value, _score, place in near]]["customer_id"] if near else rows["customer_id"].clear()
    return found.unique(maintain_order=True).head(OFFERED)
