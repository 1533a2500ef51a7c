"""Evidence in words: a code and a sentence for every level of every comparison, and the waterfall of a pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.i18n import N_, _
from custintel.matching.arrays import distinct
from custintel.matching.facts import PREFIX
from custintel.matching.judgement import AGREE, IDENTIFYING
from custintel.matching.model import SAME, Model

SAID = "said_by_a_person"

LABELS: Mapping[str, str] = {
    SAID: N_("somebody said so"),
    "name_unrelated": N_("other names"),
    "name_given": N_("only the given name is the same"),
    "name_family": N_("only the surname is the same"),
    "name_second": N_("second name or surname differs"),
    "name_one_word": N_("a single word of the name is the same"),
    "name_far": N_("names look somewhat alike"),
    "name_initial": N_("an initial stands for a name"),
    "name_nickname": N_("a nickname"),
    "name_typo_common": N_("frequent names a typing error apart"),
    "name_typo": N_("names a typing error apart"),
    "name_typo_rare": N_("rare names a typing error apart"),
    "name_subset_common": N_("one frequent name is part of the other"),
    "name_subset": N_("one name is part of the other"),
    "name_subset_rare": N_("one rare name is part of the other"),
    "name_same_very_common": N_("same name, a very frequent one"),
    "name_same_common": N_("same name, a frequent one"),
    "name_same": N_("same name"),
    "name_same_rare": N_("same rare name"),
    "name_same_very_rare": N_("same very rare name"),
    "document_different": N_("other document"),
    "document_conflict": N_("two valid documents of one kind: two people"),
    "document_near": N_("documents a typing error apart"),
    "document_many": N_("same document, but it is on many names: weighs little"),
    "document_weak": N_("same document number, which could not be checked"),
    "same_document": N_("same document"),
    "same_source_id": N_("same id in the same file"),
    "email_different": N_("other email"),
    "email_similar": N_("emails that look alike"),
    "email_same_name": N_("emails of one name at two providers"),
    "email_near": N_("emails a typing error apart"),
    "email_many": N_("same email, but it is on many names: weighs little"),
    "email_few": N_("same email, on a few names"),
    "same_email": N_("same email"),
    "phone_different": N_("other phone"),
    "phone_near": N_("phones a digit apart"),
    "phone_many": N_("same phone, but it is on many names: weighs little"),
    "phone_few": N_("same phone, on a few names"),
    "phone_fixed": N_("same landline"),
    "same_mobile": N_("same mobile"),
    "born_different": N_("other date of birth"),
    "born_year": N_("born about a year apart or less"),
    "born_digits": N_("dates of birth two digits apart"),
    "born_parts": N_("dates of birth agree in two of day, month and year"),
    "born_near": N_("dates of birth a typing error apart"),
    "born_same": N_("same date of birth"),
    "address_different": N_("other address"),
    "address_street": N_("same street, other number"),
    "address_near": N_("addresses a typing error apart"),
    "address_many": N_("same address, but it is on many names: weighs little"),
    "address_few": N_("same address, on a few names"),
    "address_own": N_("same address"),
    "place_different": N_("other place"),
    "place_region": N_("same region, other city"),
    "place_near": N_("city or postcode a typing error apart"),
    "place_one_of": N_("same city or postcode, but not both"),
    "place_common": N_("same city, where many live"),
    "place_same": N_("same city"),
    "place_rare": N_("same city, where few live"),
    "place_postal": N_("same postcode"),
    "place_both": N_("same city and postcode"),
    "company_different": N_("other company"),
    "company_near": N_("companies that look alike"),
    "company_common": N_("same company, where many work"),
    "company_same": N_("same company"),
    "company_rare": N_("same company, where few work"),
    "birth_place_different": N_("other place of birth"),
    "birth_place_near": N_("places of birth that look alike"),
    "birth_place_common": N_("same place of birth, a frequent one"),
    "birth_place_same": N_("same place of birth"),
    "birth_place_rare": N_("same place of birth, a rare one"),
    "occupation_different": N_("other occupation"),
    "occupation_near": N_("occupations that look alike"),
    "occupation_common": N_("same occupation, a frequent one"),
    "occupation_same": N_("same occupation"),
    "occupation_rare": N_("same occupation, a rare one"),
    "gender_different": N_("other gender"),
    "gender_near": N_("genders written alike"),
    "gender_common": N_("same gender"),
    "gender_same": N_("same gender"),
    "gender_rare": N_("same gender, a rare one"),
    "address_2_different": N_("second line of the address differs"),
    "address_2_near": N_("second lines of the address look alike"),
    "address_2_common": N_("same second line of the address, a frequent one"),
    "address_2_same": N_("same second line of the address"),
    "address_2_rare": N_("same second line of the address, a rare one"),
}
COLUMN_LABELS: Mapping[str, str] = {
    "different": N_("other {column}"),
    "near": N_("{column} looks alike"),
    "common": N_("same {column}, a frequent one"),
    "same": N_("same {column}"),
    "rare": N_("same {column}, a rare one"),
}
"""Words for a column that somebody asked to compare."""

_CODES = {
    ("document", "own"): "same_document",
    ("source_id", "same"): "same_source_id",
    ("email", "own"): "same_email",
    ("phone", "own"): "same_mobile",
}
_LITTLE = 0.5


@dataclass(frozen=True)
class Weight:
    """What one comparison brings to a pair.

    Attributes:
        comparison: its name.
        code: the evidence code of its level.
        bits: log2 odds it adds, given all that the others may be to each other.
    """

    comparison: str
    code: str
    bits: float


def code_of(comparison: str, level: str) -> str:
    """The evidence code of a level."""
    return _CODES.get((comparison, level), f"{comparison}_{level}")


def label(code: str) -> str:
    """What an evidence code says, in the language of the person."""
    if code.startswith(PREFIX):
        column, _sign, level = code.removeprefix(PREFIX).rpartition("_")
        return _(COLUMN_LABELS[level]).format(column=column) if level in COLUMN_LABELS else code
    return _(LABELS[code]) if code in LABELS else code


def explain(model: Model, pattern: int) -> list[Weight]:
    """The waterfall of a pattern: what each comparison brings, the strongest first, after what it starts from.

    A comparison's bits are its likelihood for one person against its likelihood for the other classes, each class
    counting as much as the whole pattern says. The bits add up to the weight of the pattern.
    """
    patterns = np.array([pattern])
    levels, brought = model.levels_of(patterns), contributions(model, patterns)
    found = [
        Weight(name, code_of(name, codes[int(level[0])]), float(bits[0]))
        for name, codes, level, bits in zip(model.comparisons, model.levels, levels, brought, strict=True)
        if level[0]
    ]
    found.sort(key=lambda weight: (-abs(weight.bits), weight.comparison))
    start = float(model.weights(patterns)[0]) - sum(weight.bits for weight in found)
    return [Weight("pairs", "start", start), *found]


def contributions(model: Model, patterns: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Per comparison, the bits it brings to every pattern; see :func:`explain`."""
    classes = model.class_logs(patterns)[1:]
    others = np.exp(classes - np.logaddexp.reduce(classes, axis=0))
    return [
        (logs[SAME, level] - (others * logs[1:, level]).sum(axis=0)) / np.log(2)
        for logs, level in zip(model.logs, model.levels_of(patterns), strict=True)
    ]


def evidence(model: Model, patterns: NDArray[np.int64], said: NDArray[np.bool_]) -> pl.Series:
    """Per record, the sorted codes of what speaks for it in the pattern that joined it: what brings more than a little,
    and whatever says who somebody is. None for pattern -1.
    """
    known = distinct(patterns)
    real = known[known >= 0]
    spoken = pl.DataFrame(
        [
            _codes(name, levels).gather(np.where(_agrees(name, levels)[level] | (bits > _LITTLE), level, 0)).alias(name)
            for name, levels, level, bits in zip(
                model.comparisons, model.levels, model.levels_of(real), contributions(model, real), strict=True
            )
        ]
    )
    codes = spoken.select(pl.concat_list(pl.all()).list.drop_nulls().list.sort()).to_series() if spoken.width else None
    table = pl.DataFrame(
        {"p": real, "codes": codes if codes is not None else []}, schema={"p": pl.Int64, "codes": pl.List(pl.String)}
    )
    rows = pl.DataFrame({"p": patterns, "said": said}).join(table, on="p", how="left", maintain_order="left")
    by_person = pl.when("said").then(pl.lit([SAID])).otherwise(pl.lit([], pl.List(pl.String)))
    found = pl.coalesce("codes", pl.lit([], pl.List(pl.String)))
    return rows.select(
        evidence=pl.when("said").then(pl.concat_list(found, by_person).list.sort()).otherwise(found)
    ).to_series()


def _codes(comparison: str, levels: Sequence[str]) -> pl.Series:
    """The evidence code of every level; none for missing."""
    return pl.Series([None, *(code_of(comparison, level) for level in levels[1:])], dtype=pl.String)


def _agrees(comparison: str, levels: Sequence[str]) -> NDArray[np.bool_]:
    """Which levels say who somebody is, so that they are told even where the model makes little of them."""
    said = AGREE if comparison == "name" else IDENTIFYING.get(comparison, ())
    return np.isin(levels, said)
