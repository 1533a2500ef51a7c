"""Which sheets are about people, and what to say of a file that is not."""

from __future__ import annotations

from collections.abc import Sequence

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.records.normalise import PHONES
from custintel.sheets.headers import Matching
from custintel.sheets.source import Sheet
from custintel.tables.headers import PERSON_FIELDS

IDENTIFYING = frozenset({"first_name", "last_name", "full_name", "company", "document_id", "email", *PHONES})
PLACE_ONLY = frozenset({"latitude", "longitude", "geo_code", "middle_name", "name_prefix", "notes"})
"""Fields that say nothing of whose id stands beside them."""
ENTITIES = {
    "campaign": N_("advertising campaigns"),
    "traffic": N_("visits to a website"),
    "order": N_("orders"),
    "line": N_("products"),
    "survey": N_("survey answers"),
}


def holds_people(matching: Matching) -> bool:
    """Whether a sheet says who somebody is; an id does so when something else is said of its owner."""
    fields = {found.field for found in matching.matches if found.field in PERSON_FIELDS}
    return bool(fields & IDENTIFYING) or ("source_id" in fields and bool(fields - {"source_id"} - PLACE_ONLY))


def without_people(matched: Sequence[tuple[Sheet, Matching]], file: str) -> CustintelError:
    """Why a file cannot be cleaned, in words."""
    sheet, matching = matched[0]
    if all(not other.frame.height for other, _matching in matched):
        return CustintelError(
            _("There is a header but not one row under it."),
            where=file,
            seen=_("Columns: {columns}").format(columns=", ".join(sheet.headers[:12])),
            hint=_("If the table starts elsewhere, say in which row its headers are: --header-row N."),
        )
    looks = (
        _("It looks like {entity}.").format(entity=_(ENTITIES[matching.entity])) if matching.entity in ENTITIES else ""
    )
    return CustintelError(
        _("There are no people in this file: no column with names, emails, phones or documents."),
        where=file,
        seen=" ".join(
            part for part in (looks, _("Columns: {columns}").format(columns=", ".join(sheet.headers[:12]))) if part
        ),
        hint=_('If a column does hold them, name it: --map email="HEADER".'),
    )
