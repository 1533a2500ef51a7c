"""Every table of a project folder."""

from __future__ import annotations

from custintel.tables.changes import CHANGES
from custintel.tables.contact_points import CONTACT_POINTS
from custintel.tables.contactability import CONTACTABILITY
from custintel.tables.customers import CUSTOMERS
from custintel.tables.feedback import FEEDBACK
from custintel.tables.identities import IDENTITIES
from custintel.tables.matching import MATCHING
from custintel.tables.notices import NOTICES
from custintel.tables.pairs import PAIRS
from custintel.tables.records import RECORDS
from custintel.tables.refused import REFUSED
from custintel.tables.review import REVIEW
from custintel.tables.vocabulary import Column, Table, by_name

TABLES: dict[str, Table] = by_name(
    (
        RECORDS,
        CUSTOMERS,
        IDENTITIES,
        CONTACT_POINTS,
        CHANGES,
        REFUSED,
        REVIEW,
        PAIRS,
        MATCHING,
        CONTACTABILITY,
        FEEDBACK,
        NOTICES,
    )
)

__all__ = [
    "CHANGES",
    "CONTACTABILITY",
    "CONTACT_POINTS",
    "CUSTOMERS",
    "FEEDBACK",
    "IDENTITIES",
    "MATCHING",
    "NOTICES",
    "PAIRS",
    "RECORDS",
    "REFUSED",
    "REVIEW",
    "TABLES",
    "Column",
    "Table",
]
