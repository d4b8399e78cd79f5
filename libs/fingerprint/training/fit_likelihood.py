"""Fits the weights of libs/similarity/src/verification/likelihood.ts.

python fit_likelihood.py PAIRS.csv

PAIRS.csv is what pair-evidence.mjs wrote. Logistic regression over pairs, every query counting alike; no weight may be
negative, since more evidence never makes a copy less likely. Prints the weights and how well they rank.
"""

import csv
import sys
from collections import Counter, defaultdict

import numpy as np
from scipy.optimize import minimize

NAMES = ["constant", "cosine", "agreement", "agreements", "cells", "silent"]
ENOUGH_FEATURES = 80
CELLS_BY_CHANCE = 0.5
RIDGE = 1e-3


def main(path: str) -> None:
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    evidence = np.array([inputs_of(row) for row in rows])
    right = np.array([int(row["right"]) for row in rows])
    sizes = Counter(row["query"] for row in rows)
    counts = np.array([1 / sizes[row["query"]] for row in rows])
    # Copies and other pairs weigh alike: how common copies are is not known, and thresholds are calibrated apart.
    counts *= np.where(right == 1, 0.5 / counts[right == 1].sum(), 0.5 / counts[right == 0].sum())
    weights = fit(evidence, right, counts)
    print({name: round(float(weight), 3) for name, weight in zip(NAMES, weights)})
    report(rows, evidence @ weights)


def inputs_of(row: dict[str, str]) -> list[float]:
    """What the product makes of a pair's evidence, in the order of NAMES."""
    cosine = float(row["cosine"])
    return [
        1,
        cosine,
        np.log1p(float(row["agreement"]) * float(row["density"])),
        np.log1p(float(row["agreements"])),
        max(0, float(row["cells"]) - CELLS_BY_CHANCE),
        max(0, 1 - float(row["features"]) / ENOUGH_FEATURES) * max(0, cosine),
    ]


def fit(evidence: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    signs = 2 * right - 1

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (evidence @ weights)
        slope = -signs * counts / (1 + np.exp(np.clip(margins, -50, 50)))
        return (
            float(counts @ np.logaddexp(0, -margins) + RIDGE * weights[1:] @ weights[1:]),
            evidence.T @ slope + 2 * RIDGE * np.r_[0, weights[1:]],
        )

    bounds = [(None, None)] + [(0, None)] * (len(NAMES) - 1)
    return minimize(loss, np.zeros(len(NAMES)), jac=True, bounds=bounds, method="L-BFGS-B").x


def report(rows: list[dict[str, str]], scores: np.ndarray) -> None:
    """Of the fitted pairs themselves: recall in first place, and above all but 1% of the queries without a match."""
    best = defaultdict(lambda: -np.inf)
    own: dict[str, float] = {}
    for row, score in zip(rows, scores):
        if row["right"] == "1":
            own[row["query"]] = score
        else:
            best[row["query"]] = max(best[row["query"]], score)
    unmatched = [score for query, score in best.items() if query not in own]
    first = np.mean([score > best[query] for query, score in own.items()])
    print(f"{len(own)} copies: recall@1 {first:.3f}", end="")
    if unmatched:
        line = np.quantile(unmatched, 0.99)
        print(f", at 1% of {len(unmatched)} unmatched {np.mean([s > line for s in own.values()]):.3f}", end="")
    print()


if __name__ == "__main__":
    main(sys.argv[1])
