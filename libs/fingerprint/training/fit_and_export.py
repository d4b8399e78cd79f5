"""Learns the whitening from pictures and their copies, and writes the ONNX model.

python fit_and_export.py OUT.onnx SCRATCH TUNED.pt SHARE FOLDER...

TUNED.pt is what fine_tune.py wrote, SHARE (0 to 1) how far the weights go from ImageNet's to it; at 0 it is not read. Each FOLDER has patterns/ and a manifest.csv (path, group, use, perhaps family); the first holds the drawn patterns,
further ones licensed pictures. SCRATCH keeps what each process has described: run again, it goes on from there.
"""

import hashlib
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from batches import Batches, Pictures
from network import SIDE, Descriptor, Embedding
from whitening import learn_whitening

PROCESSES = 2
BATCHES = 50
PAIRS = 24
SEED = 77


def main(out: Path, scratch: Path, tuned: Path, share: float, folders: list[Path]) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    descriptor = Descriptor().eval()
    if share > 0:
        descriptor.take(tuned_weights(tuned), share)
    export(descriptor, "descriptor", scratch / "descriptor.onnx")
    with Pool(PROCESSES) as pool:
        shares = pool.starmap(describe, [(scratch, number + 1, folders) for number in range(PROCESSES)])
    originals, copies = np.concatenate(shares, 1).astype(np.float64)
    mean, projection = (torch.tensor(part, dtype=torch.float32) for part in learn_whitening(originals, copies))
    export(Embedding(descriptor, mean, projection).eval(), "embedding", out)
    print(f"{len(originals)} pairs; sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}")


def tuned_weights(file: Path) -> dict[str, torch.Tensor]:
    prefix = "descriptor."
    learnt = torch.load(file)["learnt"]
    return {name.removeprefix(prefix): weight for name, weight in learnt.items() if name.startswith(prefix)}


def describe(scratch: Path, number: int, folders: list[Path]) -> np.ndarray:
    """[2, BATCHES * PAIRS, D]: descriptors of pictures and of their copies."""
    kept = scratch / f"described-{number}.npy"
    if kept.exists():
        return np.load(kept)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(scratch / "descriptor.onnx"), options, providers=["CPUExecutionProvider"])
    batches = Batches(Pictures(folders), PAIRS, SIDE, np.random.default_rng([SEED, number]))
    described = [
        [[session.run(None, {"pixels": pixels[None]})[0][0] for pixels in half] for half in batches.next()]
        for _ in range(BATCHES)
    ]
    result = np.concatenate([np.array(batch, np.float32) for batch in described], 1)
    np.save(kept, result)
    return result


def export(module: nn.Module, output: str, path: Path) -> None:
    pixels = torch.zeros(1, SIDE, SIDE, 3, dtype=torch.uint8)
    torch.onnx.export(
        module, (pixels,), str(path), dynamo=False, opset_version=17, input_names=["pixels"], output_names=[output]
    )
    onnx.checker.check_model(str(path))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3]),
        float(sys.argv[4]),
        [Path(folder) for folder in sys.argv[5:]],
    )
