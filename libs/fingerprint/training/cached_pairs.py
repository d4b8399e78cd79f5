"""Pairs to fine-tune on, as far as the blocks that stay as they are see them: python cached_pairs.py SCRATCH PAIRS FOLDER...

What is cached of a picture is what enters the first block that is learnt, at both sizes that the descriptor looks at. Run
again, it goes on where it stopped.
"""

import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from batches import Batches, Pictures
from network import FIRST_LEARNT, Descriptor

PROCESSES = 2
# Smaller than what the finished model sees (network.py): a step of fine-tuning takes 0.7 of the time.
SIDE = 216
SMALLER = 2 / 3
PAIRS = 48
SEED = 78


class Prefix(nn.Module):
    """[1, SIDE, SIDE, 3] uint8 -> what enters block FIRST_LEARNT, [40, 27, 27] and [40, 18, 18]."""

    def __init__(self) -> None:
        super().__init__()
        self.descriptor = Descriptor()

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        view = (pixels.permute(0, 3, 1, 2).float() - 127.0) / 128.0
        small = nn.functional.interpolate(view, scale_factor=SMALLER, mode="bilinear", align_corners=False)
        return self.up_to_learnt(view)[0], self.up_to_learnt(small)[0]

    def up_to_learnt(self, view: torch.Tensor) -> torch.Tensor:
        x = nn.functional.relu6(self.descriptor.stem(view))
        for block in self.descriptor.blocks[:FIRST_LEARNT]:
            x, _ = block(x)
        return x


def main(scratch: Path, pairs: int, folders: list[Path]) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    model = scratch / "prefix.onnx"
    pixels = torch.zeros(1, SIDE, SIDE, 3, dtype=torch.uint8)
    torch.onnx.export(
        Prefix().eval(), (pixels,), str(model), dynamo=False, opset_version=17, input_names=["pixels"]
    )
    with Pool(PROCESSES) as pool:
        share = -(-pairs // (PAIRS * PROCESSES))
        pool.starmap(cache, [(scratch, number, share, folders) for number in range(PROCESSES)])


def cache(scratch: Path, process: int, chunks: int, folders: list[Path]) -> None:
    """Writes chunk-<process>-<number>.npz: large [2, PAIRS, ...], small, float16; pictures, then their copies."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(scratch / "prefix.onnx"), options, providers=["CPUExecutionProvider"])
    pictures = Pictures(folders)
    for number in range(chunks):
        file = scratch / f"chunk-{process}-{number:04}.npz"
        if file.exists():
            continue
        batch = Batches(pictures, PAIRS, SIDE, np.random.default_rng([SEED, process, number])).next()
        seen = [[session.run(None, {"pixels": picture[None]}) for picture in half] for half in batch]
        large, small = (np.array([[one[size] for one in half] for half in seen], np.float16) for size in (0, 1))
        part = file.with_suffix(".part.npz")
        np.savez(part, large=large, small=small)
        part.rename(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [Path(folder) for folder in sys.argv[3:]])
