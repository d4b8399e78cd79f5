"""What a model finds on a data set: python evaluate.py MODEL.onnx FOLDER

FOLDER has references/, queries/ and truth.csv (query, reference, family, severity; no reference: the query has no match).
The model alone: cosine, no verification, one thread. Figures as `weft bench accuracy` defines them.
"""

import csv
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

DEPTH = 100
FALSE_POSITIVES = 0.01


def main(model: Path, folder: Path) -> None:
    truth = read_truth(folder)
    session, side = load(model)
    references = sorted(path.stem for path in (folder / "references").iterdir())
    gallery, milliseconds = embed_all(session, side, files(folder / "references", references))
    queries, _ = embed_all(session, side, files(folder / "queries", [row["query"] for row in truth]))
    places = np.array([references.index(row["reference"]) if row["reference"] else -1 for row in truth])
    families = np.array([row["family"] for row in truth])
    severities = np.array([row["severity"] for row in truth])
    print(f"{len(references)} references, {len(truth)} queries, {milliseconds:.1f} ms a picture (model only)")
    for line in report(queries @ gallery.T, places, families, severities):
        print(line)


def read_truth(folder: Path) -> list[dict[str, str]]:
    with open(folder / "truth.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def files(folder: Path, names: list[str]) -> list[Path]:
    by_name = {path.stem: path for path in folder.iterdir()}
    return [by_name[name] for name in names]


def load(model: Path) -> tuple[onnxruntime.InferenceSession, int]:
    """The session and the side of the square it sees."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return session, session.get_inputs()[0].shape[1]


def embed_all(session: onnxruntime.InferenceSession, side: int, paths: list[Path]) -> tuple[np.ndarray, float]:
    """[N, D] embeddings and the median time of one, milliseconds."""
    embeddings, times = [], []
    for path in paths:
        picture = Image.open(path).convert("RGB").resize((side, side), Image.BICUBIC)
        start = time.perf_counter()
        embeddings.append(session.run(None, {"pixels": np.asarray(picture)[None]})[0][0])
        times.append(time.perf_counter() - start)
    return np.array(embeddings), float(np.median(times)) * 1000


def report(scores: np.ndarray, places: np.ndarray, families: np.ndarray, severities: np.ndarray) -> list[str]:
    """Lines of a table; `scores` [queries, references], `places` the right column or -1."""
    matched = places >= 0
    order = np.argsort(-scores, axis=1)[:, :DEPTH]
    ranks = np.where((order == places[:, None]).any(1), (order == places[:, None]).argmax(1), DEPTH)
    threshold = np.sort(scores[~matched].max(1))[::-1][int(FALSE_POSITIVES * (~matched).sum())]
    right = np.where(matched, scores[np.arange(len(scores)), np.maximum(places, 0)], -1)

    def figures(part: np.ndarray) -> str:
        precision = micro_average_precision(scores, order, places, part | ~matched)
        accepted = (ranks[part] == 0) & (right[part] > threshold)
        return f"{precision:.3f} | {(ranks[part] == 0).mean():.3f} | {(ranks[part] < DEPTH).mean():.3f} | {accepted.mean():.3f}"

    lines = ["| queries | micro-AP | recall@1 | recall@100 | recall at 1% false positives |", "| --- | --- | --- | --- | --- |"]
    lines.append(f"| all | {figures(matched)} |")
    cells = defaultdict(list)
    for family, severity in sorted(set(zip(families[matched], severities[matched]))):
        cells[family].append(severity)
    for family, own in cells.items():
        lines.append(f"| {family} | {figures(matched & (families == family))} |")
        for severity in sorted(own, key=["mild", "medium", "hard"].index):
            part = matched & (families == family) & (severities == severity)
            lines.append(f"| {family}, {severity} | {figures(part)} |")
    return lines


def micro_average_precision(scores: np.ndarray, order: np.ndarray, places: np.ndarray, part: np.ndarray) -> float:
    """All answers of the queries in `part`, DEPTH each, ranked by score together."""
    answers = np.take_along_axis(scores, order, 1)[part].ravel()
    hits = (order[part] == places[part, None]).ravel()[np.argsort(-answers, kind="stable")]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precision * hits).sum() / (places[part] >= 0).sum())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
