"""Every table of a project folder."""

from __future__ import annotations

from custintel.tables.actions import ACTIONS
from custintel.tables.calls import CALLS
from custintel.tables.changes import CHANGES
from custintel.tables.contact_points import CONTACT_POINTS
from custintel.tables.contactability import CONTACTABILITY
from custintel.tables.cost_ledger import COST_LEDGER
from custintel.tables.customer_value import CUSTOMER_VALUE
from custintel.tables.customers import CUSTOMERS
from custintel.tables.events import EVENTS
from custintel.tables.feedback import FEEDBACK
from custintel.tables.geo_index import GEO_INDEX
from custintel.tables.goals import GOAL_PEOPLE, GOALS
from custintel.tables.identities import IDENTITIES
from custintel.tables.kpis import KPIS
from custintel.tables.matching import MATCHING
from custintel.tables.notices import NOTICES
from custintel.tables.offers import OFFERS
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.order_margins import ORDER_MARGINS
from custintel.tables.orders import ORDERS
from custintel.tables.pairs import PAIRS
from custintel.tables.products import PRODUCTS
from custintel.tables.profiles import CUSTOMER_PROFILES, PROFILES
from custintel.tables.records import RECORDS
from custintel.tables.refused import REFUSED
from custintel.tables.returns import RETURNS
from custintel.tables.review import REVIEW
from custintel.tables.segments import SEGMENT_MODEL, SEGMENT_PROFILES, SEGMENTS
from custintel.tables.spend import SPEND
from custintel.tables.surveys import SURVEYS
from custintel.tables.traffic import TRAFFIC
from custintel.tables.visits import VISITS
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
        ORDERS,
        ORDER_ITEMS,
        PRODUCTS,
        EVENTS,
        VISITS,
        TRAFFIC,
        SPEND,
        RETURNS,
        CALLS,
        SURVEYS,
        ACTIONS,
        GEO_INDEX,
        KPIS,
        COST_LEDGER,
        ORDER_MARGINS,
        SEGMENTS,
        SEGMENT_PROFILES,
        SEGMENT_MODEL,
        CUSTOMER_VALUE,
        PROFILES,
        CUSTOMER_PROFILES,
        GOALS,
        GOAL_PEOPLE,
        OFFERS,
    )
)

__all__ = [
    "ACTIONS",
    "CALLS",
    "CHANGES",
    "CONTACTABILITY",
    "CONTACT_POINTS",
    "COST_LEDGER",
    "CUSTOMERS",
    "CUSTOMER_PROFILES",
    "CUSTOMER_VALUE",
    "EVENTS",
    "FEEDBACK",
    "GEO_INDEX",
    "GOALS",
    "GOAL_PEOPLE",
    "IDENTITIES",
    "KPIS",
    "MATCHING",
    "NOTICES",
    "OFFERS",
    "ORDERS",
    "ORDER_ITEMS",
    "ORDER_MARGINS",
    "PAIRS",
    "PRODUCTS",
    "PROFILES",
    "RECORDS",
    "REFUSED",
    "RETURNS",
    "REVIEW",
    "SEGMENTS",
    "SEGMENT_MODEL",
    "SEGMENT_PROFILES",
    "SPEND",
    "SURVEYS",
    "TABLES",
    "TRAFFIC",
    "VISITS",
    "Column",
    "Table",
]
