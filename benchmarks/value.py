"""The models of `ci value` beside lifetimes 0.11.3: estimates, predictions, time.

lifetimes needs an environment of its own, whose Python is named:

    python -m venv peers && peers/bin/pip install lifetimes setuptools
    uv run python benchmarks/value.py --lifetimes peers/bin/python [--customers 1000000] [--repeat 3]

CDNOW is read from the package lifetimes, where it lies; it is not ours to ship. Predictions are compared at the same
parameters, those that lifetimes found. Customers of the contest in time are simulated from the published parameters of
Pareto/NBD. Both take turns; medians of CPU seconds (user and system) of processes of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

CODES = ("bg_nbd", "mbg_nbd", "pareto_nbd")
NAMES = {
    "bg_nbd": ("r", "alpha", "a", "b"),
    "mbg_nbd": ("r", "alpha", "a", "b"),
    "pareto_nbd": ("r", "alpha", "s", "beta"),
}
YEAR = 365.0
MOST = 100_000


def simulated(customers: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Whole days of customers over two years, by Pareto/NBD as published for CDNOW."""
    rng = np.random.default_rng(seed)
    age = rng.integers(1, 731, customers)
    rate, leaving = rng.gamma(0.553, 1 / 74.0, customers), rng.gamma(0.606, 1 / 81.7, customers)
    stayed = np.minimum(rng.exponential(1 / leaving), age)
    n = rng.poisson(rate * stayed)
    last = np.ceil(stayed * rng.random(customers) ** (1 / np.maximum(n, 1))) * (n > 0)
    t_x = np.minimum(last, age).astype(np.int64)
    return {"x": np.minimum(n, t_x).astype(np.int64), "t_x": t_x, "age": age.astype(np.int64)}


def theirs(code: str, data: Path, out: Path) -> None:
    """Fit and predict with lifetimes; run by its own Python."""
    import lifetimes

    table = np.load(data)
    x, t_x, age = (table[name].astype(float) for name in ("x", "t_x", "age"))
    kinds = {"bg_nbd": "BetaGeoFitter", "mbg_nbd": "ModifiedBetaGeoFitter", "pareto_nbd": "ParetoNBDFitter"}
    fitter = getattr(lifetimes, kinds[code])(penalizer_coef=0.0)
    begun = time.process_time()
    fitter.fit(x, t_x, age)
    fitted = time.process_time()
    said = np.asarray(fitter.conditional_expected_number_of_purchases_up_to_time(YEAR, x, t_x, age), float)
    done = time.process_time()
    parameters = [float(fitter.params_[name]) for name in NAMES[code]]
    np.savez(out, said=said, parameters=parameters)
    print(json.dumps({"fit": fitted - begun, "predict": done - fitted, "parameters": parameters}))


def ours(code: str, data: Path, at: Path | None) -> None:
    """Fit and predict with custintel; with ``at``, predict at those parameters and compare."""
    from custintel.value.fitting import MODELS, fit
    from custintel.value.histories import histories

    table = np.load(data)
    begun = time.process_time()
    of = histories(table["x"], table["t_x"], table["age"])
    found = fit(code, of)
    fitted = time.process_time()
    found.expected(of, YEAR)[of.row]
    done = time.process_time()
    told: dict[str, Any] = {"fit": fitted - begun, "predict": done - fitted, "parameters": found.parameters.tolist()}
    told["log_likelihood"] = found.log_likelihood
    if at is not None:
        peer = np.load(at)
        same = MODELS[code].expected(peer["parameters"], of, YEAR)[of.row]
        good = np.isfinite(peer["said"])
        told["off"] = float(np.abs(same - peer["said"])[good].max())
        told["not_finite"] = int((~good).sum())
        value, _slopes = MODELS[code].log_likelihood(peer["parameters"], of)
        told["their_log_likelihood"] = float(value @ of.n)
    print(json.dumps(told))


def run(python: str, *arguments: str) -> dict[str, Any] | None:
    """One process of its own; ``None`` when it fails, as lifetimes may."""
    made = subprocess.run(
        [python, __file__, *arguments], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    if made.returncode:
        print(f"  failed: {made.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return dict(json.loads(made.stdout.strip().splitlines()[-1]))


def cdnow(python: str, folder: Path) -> Path:
    """The CDNOW sample out of lifetimes, in whole days."""
    script = (
        "import numpy as np, lifetimes.datasets as d; f = d.load_cdnow_summary_data_with_monetary_value();"
        f"np.savez({str(folder / 'cdnow.npz')!r}, x=f['frequency'].to_numpy().astype('int64'),"
        "t_x=np.rint(f['recency'].to_numpy() * 7).astype('int64'), age=np.rint(f['T'].to_numpy() * 7).astype('int64'),"
        "money=f['monetary_value'].to_numpy())"
    )
    subprocess.run([python, "-c", script], check=True, capture_output=True)
    return folder / "cdnow.npz"


def median(values: list[float]) -> float:
    """The middle one, the upper of two."""
    return sorted(values)[len(values) // 2]


def contest(title: str, data: Path, peers: str, repeat: int, customers: int) -> None:
    """Both in turn on the same customers."""
    print(f"\n{title}")
    for code in CODES:
        mine: list[dict[str, Any]] = []
        other: list[dict[str, Any]] = []
        out = data.with_name(f"{code}.npz")
        for _turn in range(repeat):
            # Of a million customers lifetimes would fit Pareto/NBD for a quarter of an hour.
            skipped = not peers or (code == "pareto_nbd" and customers > MOST)
            peer = None if skipped else run(peers, "--theirs", code, str(data), str(out))
            other += [peer] if peer else []
            made = run(sys.executable, "--ours", code, str(data), *([str(out)] if peer else []))
            mine += [made] if made else []
        last = mine[-1]
        print(f"  {code}: {dict(zip(NAMES[code], (round(p, 5) for p in last['parameters']), strict=True))}")
        for who, done in (("custintel", mine), ("lifetimes", other)):
            if done:
                fitting, predicting = (median([one[part] for one in done]) for part in ("fit", "predict"))
                print(f"    {who}  fit {fitting:8.2f} CPU s, predict {predicting:6.2f}")
        if other:
            print(
                f"    log-likelihood {last['log_likelihood']:.3f}, at theirs {last['their_log_likelihood']:.3f}; "
                f"predictions differ by {last['off']:.1e} at most, {last['not_finite']} of theirs are not finite"
            )


def published(data: Path) -> None:
    """CDNOW beside what was published, in weeks."""
    from custintel.value import gamma_gamma
    from custintel.value.fitting import fit
    from custintel.value.histories import histories

    table = np.load(data)
    of = histories(table["x"], table["t_x"], table["age"])
    weeks = float(table["x"].sum() * np.log(7))
    print("\nCDNOW, 2,357 customers, times in weeks")
    for code in CODES:
        found = fit(code, of)
        named = {name: value / (7 if name in ("alpha", "beta") else 1) for name, value in found.named().items()}
        print(f"  {code}: { ({k: round(v, 4) for k, v in named.items()}) }, LL {found.log_likelihood + weeks:.2f}")
    again = table["x"] > 0
    money = gamma_gamma.fit(table["x"][again].astype(float), table["money"][again])
    assert money is not None
    print(f"  gamma-gamma: p {money.p:.3f}, q {money.q:.3f}, v {money.v:.3f}")


def main() -> None:
    """Every contest, one after the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lifetimes", default="", metavar="PYTHON")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ours", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--theirs", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.theirs:
        return theirs(asked.theirs[0], Path(asked.theirs[1]), Path(asked.theirs[2]))
    if asked.ours:
        return ours(asked.ours[0], Path(asked.ours[1]), Path(asked.ours[2]) if len(asked.ours) > 2 else None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.lifetimes:
            sample = cdnow(asked.lifetimes, folder)
            published(sample)
            contest("CDNOW, 2,357 customers", sample, asked.lifetimes, asked.repeat, 2_357)
        for customers in (10_000, asked.customers):
            data = folder / f"{customers}.npz"
            np.savez(data, **simulated(customers))
            contest(f"{customers:,} simulated customers", data, asked.lifetimes, asked.repeat, customers)
    return None


if __name__ == "__main__":
    main()
