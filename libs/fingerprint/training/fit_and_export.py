"""Learns the whitening from pictures and their copies, and writes the ONNX model.

python fit_and_export.py OUT.onnx FOLDER...

Each FOLDER has patterns/ and a manifest.csv (columns path, use). Only rows of use "train", pictures whose licence
allows it or drawn ones, are read.
"""

import csv
import hashlib
import random
import sys
import tempfile
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image
from torch import nn

from copies import random_copy
from network import DIMENSION, SIDE, Descriptor, Embedding

COPIES_PER_PICTURE = 3
PROCESSES = 2
# Share of the mean within-copy variance that is added to each direction: few pictures estimate small ones badly.
SHRINKAGE = 1.0


def main(out: Path, folders: list[Path]) -> None:
    descriptor = Descriptor().eval()
    paths = [path for folder in folders for path in training_pictures(folder)]
    with tempfile.TemporaryDirectory() as scratch:
        export(descriptor, "descriptor", Path(scratch) / "descriptor.onnx")
        with Pool(PROCESSES, load_descriptor, (Path(scratch) / "descriptor.onnx",)) as pool:
            described = np.array(pool.map(describe, paths, chunksize=8), np.float64)
    mean, projection = learn_whitening(described[:, 0], described[:, 1:])
    export(Embedding(descriptor, mean, projection).eval(), "embedding", out)
    print(f"{len(paths)} pictures; sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}")


def training_pictures(folder: Path) -> list[Path]:
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
        return [folder / "patterns" / row["path"] for row in csv.DictReader(file) if row["use"] == "train"]


def load_descriptor(path: Path) -> None:
    global session
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def describe(path: Path) -> np.ndarray:
    """[1 + COPIES_PER_PICTURE, D]: the picture's descriptor, then those of random copies."""
    picture = Image.open(path).convert("RGB")
    copies = [random_copy(picture, random.Random(f"{path.name} {n}")) for n in range(COPIES_PER_PICTURE)]
    resized = [np.array(one.resize((SIDE, SIDE), Image.BICUBIC))[None] for one in [picture, *copies]]
    return np.concatenate([session.run(None, {"pixels": pixels})[0] for pixels in resized])


def learn_whitening(originals: np.ndarray, copies: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """[N, D] and [N, COPIES_PER_PICTURE, D] -> mean [D] and projection [D, DIMENSION].

    What differs between a picture and its copies is scaled down; of the rest the DIMENSION widest directions stay.
    Mikolajczyk, Matas: Improving descriptors for fast tree matching by optimal linear projection (ICCV 2007).
    """
    width = originals.shape[1]
    differences = (copies - originals[:, None]).reshape(-1, width)
    within = differences.T @ differences / len(differences)
    within += SHRINKAGE * np.trace(within) / width * np.eye(width)
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(values)
    mean = originals.mean(axis=0)
    everything = np.concatenate([originals, copies.reshape(-1, width)])
    _, axes = np.linalg.eigh(np.cov(((everything - mean) @ whitening).T))
    projection = whitening @ axes[:, ::-1][:, :DIMENSION]
    return torch.tensor(mean, dtype=torch.float32), torch.tensor(projection, dtype=torch.float32)


def export(module: nn.Module, output: str, path: Path) -> None:
    pixels = torch.zeros(1, SIDE, SIDE, 3, dtype=torch.uint8)
    torch.onnx.export(
        module, (pixels,), str(path), dynamo=False, opset_version=17, input_names=["pixels"], output_names=[output]
    )
    onnx.checker.check_model(str(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
