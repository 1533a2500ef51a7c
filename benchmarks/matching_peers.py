"""Record Linkage Toolkit and dedupe on one set: ``python matching_peers.py TOOL PLAN FOLDER FILE...``.

The toolkit gets an index on each key and its unsupervised classifier (ECM) over string similarities, as its guide does
for Febrl's sets. dedupe learns from labels: it is shown 500 true and 500 false pairs, which no other tool here sees.
The output is as that of ``matching_splink``; dedupe gives clusters without the pairs below its threshold.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

ALIKE = 0.85
EXAMPLES = 500


class Plan(NamedTuple):
    """The columns to compare as text, those to compare exactly, and what the index is made of."""

    text: list[str]
    exact: list[str]
    keys: list[list[str]]


PLANS = {
    "fake": Plan(
        ["first_name", "surname", "dob", "email"], ["city"], [["first_name"], ["surname"], ["dob"], ["email"]]
    ),
    "febrl3": Plan(
        ["given_name", "surname", "address_1", "soc_sec_id", "date_of_birth"],
        ["suburb", "postcode"],
        [["given_name"], ["surname"], ["soc_sec_id"], ["date_of_birth"]],
    ),
    "rldata": Plan(
        ["fname_c1", "lname_c1"],
        ["by", "bm", "bd"],
        [["fname_c1", "lname_c1"], ["lname_c1", "by"], ["fname_c1", "by"], ["by", "bm", "bd"]],
    ),
    "crm": Plan(
        ["nombre", "apellido", "email", "telefono", "direccion"],
        ["documento", "ciudad"],
        [["email"], ["telefono"], ["documento"], ["direccion"], ["apellido"]],
    ),
}


def read(plan: Plan, files: list[str]) -> pd.DataFrame:
    """The columns of a plan in small letters, without accents and doubled spaces; empty cells are nothing."""
    frame = pd.concat([pd.read_csv(file, dtype=str) for file in files], ignore_index=True)
    frame = frame[[*plan.text, *plan.exact]].apply(lambda column: column.str.strip().str.lower())
    plain = frame.apply(lambda column: column.str.normalize("NFD").str.replace(r"[\u0300-\u036f]", "", regex=True))
    return plain.apply(lambda column: column.str.replace(r"\s+", " ", regex=True)).replace("", None)


def toolkit(plan: Plan, frame: pd.DataFrame) -> tuple[list[Any], list[tuple[int, int, float]]]:
    """Record Linkage Toolkit: labels and the pairs with their probability."""
    import recordlinkage
    from matching_score import joined

    index = recordlinkage.Index()
    for key in plan.keys:
        index.block(key)
    compare = recordlinkage.Compare()
    for column in plan.text:
        compare.string(column, column, method="jarowinkler", threshold=ALIKE, label=column)
    for column in plan.exact:
        compare.exact(column, column, label=column)
    features = compare.compute(index.index(frame), frame)
    model = recordlinkage.ECMClassifier()
    model.fit(features)
    weight = model.prob(features)
    pairs = [(left, right, float(chance)) for (left, right), chance in weight.items()]
    return joined(len(frame), [(left, right) for left, right, chance in pairs if chance > 0.5]), pairs


def learner(plan: Plan, frame: pd.DataFrame, truth: list[str]) -> tuple[list[Any], list[tuple[int, int, float]]]:
    """dedupe, shown some pairs of the truth: labels."""
    import dedupe
    from dedupe import variables

    kinds = [variables.String(column, has_missing=True) for column in plan.text]
    kinds += [variables.Exact(column, has_missing=True) for column in plan.exact]
    model = dedupe.Dedupe(kinds, num_cores=1)
    cells = frame.astype(object).where(frame.notna(), None)
    data = dict(enumerate(cells.to_dict("records")))
    known = {row: values | {"truth": truth[row]} for row, values in data.items()}
    examples = dedupe.training_data_dedupe(known, "truth", training_size=2 * EXAMPLES)
    model.prepare_training(data)
    model.mark_pairs({kind: _shown(pairs) for kind, pairs in examples.items()})
    model.train()
    labels = [0] * len(frame)
    for label, (rows, _scores) in enumerate(model.partition(data, 0.5)):
        for row in rows:
            labels[row] = label
    return labels, []


def _shown(pairs: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Examples without the truth that chose them."""
    cut = [tuple({key: cell for key, cell in side.items() if key != "truth"} for side in pair) for pair in pairs]
    return [(left, right) for left, right in cut][:EXAMPLES]


def main() -> None:
    """Run the tool of the first argument, write what it found."""
    started = time.perf_counter()
    tool, name, folder, files = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:]
    plan = PLANS[name]
    frame = read(plan, files)
    truth = (folder / "truth.txt").read_text().split("\n") if tool == "dedupe" else []
    labels, pairs = toolkit(plan, frame) if tool == "recordlinkage" else learner(plan, frame, truth)
    rows = pd.DataFrame({"unique_id": range(len(labels)), "cluster_id": labels})
    rows.to_parquet(folder / "clusters.parquet")
    used = resource.getrusage(resource.RUSAGE_SELF)
    taken = [used.ru_utime + used.ru_stime, time.perf_counter() - started, used.ru_maxrss / 1024]
    (folder / "used.json").write_text(json.dumps(taken))
    pd.DataFrame(pairs, columns=["left", "right", "weight"]).to_parquet(folder / "pairs.parquet")


if __name__ == "__main__":
    main()
