"""Fine-tunes the later blocks on cached pairs: python fine_tune.py SCRATCH STEPS [THREADS [untrained]]

SCRATCH holds what cached_pairs.py wrote; tuned.pt is written there every CHECKPOINT steps, and training goes on from it. With "untrained"
the later blocks begin with random weights instead of ImageNet's, for comparison, and untrained.pt is written.
"""

import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from cached_pairs import PAIRS
from network import DIMENSION, FIRST_LEARNT, POOLED_BLOCKS, Descriptor
from whitening import learn_whitening

# Of the length of each weight tensor, a step: small tensors of folded convolutions move little, large ones more.
RATE = 4e-4
WARM_UP = 30
TEMPERATURE = 0.06
GLOBAL = 0.5
# Chunks in a batch.
CHUNKS = 2
CHECKPOINT = 50
# Chunks that are only looked at.
HELD_OUT = 6
SEED = 79


class Learnt(nn.Module):
    """The descriptor from block FIRST_LEARNT on and the projection."""

    def __init__(self, descriptor: Descriptor) -> None:
        super().__init__()
        self.descriptor = descriptor
        self.mean = nn.Parameter(torch.zeros(0))
        self.projection = nn.Parameter(torch.zeros(0, DIMENSION))

    def describe(self, large: torch.Tensor, small: torch.Tensor) -> torch.Tensor:
        """[N, 40, 27, 27] and [N, 40, 18, 18] -> [N, D] as Descriptor.forward, one view of each size."""
        cubes = [(a + b) / 2 for a, b in zip(self.mean_cubes(large), self.mean_cubes(small))]
        return torch.cat([functional.normalize(cube.clamp(min=1e-9) ** (1 / 3), dim=1) for cube in cubes], 1)

    def mean_cubes(self, x: torch.Tensor) -> list[torch.Tensor]:
        means = []
        for number in range(FIRST_LEARNT, len(self.descriptor.blocks)):
            x, expanded = self.descriptor.blocks[number](x)
            if number in POOLED_BLOCKS:
                means.append((expanded**3).mean((2, 3)))
        means.append((functional.relu6(self.descriptor.last(x)) ** 3).mean((2, 3)))
        return means

    def forward(self, large: torch.Tensor, small: torch.Tensor) -> torch.Tensor:
        return functional.normalize((self.describe(large, small) - self.mean) @ self.projection)


class Pairs:
    """Chunks in random order, for ever."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.rng = np.random.default_rng(SEED)
        self.files: list[Path] = []

    def next(self) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.files:
            self.files = chunks(self.scratch)[HELD_OUT:]
            self.rng.shuffle(self.files)
        return read(self.files.pop())


def chunks(scratch: Path) -> list[Path]:
    return sorted(scratch.glob("chunk-*-????.npz"))


def read(file: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures, then their copies: what enters the first learnt block, at both sizes."""
    chunk = np.load(file)
    return tuple(
        torch.from_numpy(chunk[size]).flatten(0, 1).float().contiguous(memory_format=torch.channels_last)
        for size in ("large", "small")
    )


def loss_of(pictures: torch.Tensor, copies: torch.Tensor) -> torch.Tensor:
    """Each side finds the other among all others of the batch (InfoNCE as in SimCLR, Chen et al. 2020), and each right pair
    stands above the wrong pairs of all queries: scores must be comparable between queries, as micro-AP counts them.

    No memory of earlier batches: the network would learn to move away from its own past, all pictures in one direction.
    """
    count = len(pictures)
    everything = torch.cat([pictures, copies])
    scores = (everything @ everything.T / TEMPERATURE).masked_fill(torch.eye(2 * count, dtype=torch.bool), -torch.inf)
    right = torch.arange(2 * count).roll(count)
    each = functional.cross_entropy(scores, right)
    wrong = scores.masked_fill(functional.one_hot(right, 2 * count).bool(), -torch.inf)
    hardest = torch.logsumexp(wrong.flatten(), 0) - np.log(2 * count)
    return each + GLOBAL * functional.softplus(hardest - scores[torch.arange(2 * count), right]).mean()


def must_be_enough(scratch: Path) -> None:
    found, needed = len(chunks(scratch)), HELD_OUT + CHUNKS
    if found < needed:
        raise SystemExit(
            f"{scratch} has {found} chunks of pairs, {needed} are needed ({HELD_OUT} are only looked at): "
            f"run cached_pairs.py with at least {needed * PAIRS} pairs"
        )


def main(scratch: Path, steps: int, untrained: bool) -> None:
    must_be_enough(scratch)
    torch.manual_seed(SEED)
    learnt = Learnt(Descriptor()).to(memory_format=torch.channels_last)
    if untrained:
        forget(learnt)
    pairs = Pairs(scratch)
    kept = scratch / ("untrained.pt" if untrained else "tuned.pt")
    begin_projection(learnt, pairs)
    tuned = [p for n, p in learnt.named_parameters() if is_learnt(n)]
    for parameter in learnt.parameters():
        parameter.requires_grad = False
    for parameter in tuned:
        parameter.requires_grad = True
    optimizer = torch.optim.Adam(
        [{"params": [p], "size": max(float(p.detach().pow(2).mean().sqrt()), 1e-3)} for p in tuned], betas=(0.9, 0.99)
    )
    first = 0
    if kept.exists():
        state = torch.load(kept)
        learnt.load_state_dict(state["learnt"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    print(f"{first} held out {held_out_loss(learnt, scratch):.4f}", flush=True)
    begun, losses = time.time(), []
    for step in range(first, steps):
        rate = RATE * min(1, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = rate * group["size"]
        parts = [learnt(*pairs.next()).chunk(2) for _ in range(CHUNKS)]
        loss = loss_of(*(torch.cat(half) for half in zip(*parts)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(tuned, 5.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 10 == 0:
            print(f"{step + 1} loss {np.mean(losses[-10:]):.4f} {time.time() - begun:.0f} s", flush=True)
        if (step + 1) % CHECKPOINT == 0 or step + 1 == steps:
            print(f"{step + 1} held out {held_out_loss(learnt, scratch):.4f}", flush=True)
            part = kept.with_suffix(".part")
            torch.save({"learnt": learnt.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1}, part)
            part.rename(kept)


def forget(learnt: Learnt) -> None:
    """Random weights (He et al. 2015) in the blocks that are learnt."""
    for name, part in learnt.named_modules():
        if isinstance(part, nn.Conv2d) and is_learnt(f"{name}.weight"):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            nn.init.zeros_(part.bias)


def held_out_loss(learnt: Learnt, scratch: Path) -> float:
    with torch.no_grad():
        embedded = [learnt(*read(file)).chunk(2) for file in chunks(scratch)[:HELD_OUT]]
    pictures, copies = (torch.cat(half) for half in zip(*embedded))
    return float(loss_of(pictures, copies))


def is_learnt(name: str) -> bool:
    parts = name.split(".")
    return parts[0] == "projection" or parts[1:2] == ["last"] or (parts[1:2] == ["blocks"] and int(parts[2]) >= FIRST_LEARNT)


def begin_projection(learnt: Learnt, pairs: Pairs, chunks: int = 24) -> None:
    """The whitening of the untuned descriptor."""
    with torch.no_grad():
        described = [learnt.describe(*pairs.next()).chunk(2) for _ in range(chunks)]
    originals, copies = (torch.cat(half).double().numpy() for half in zip(*described))
    mean, projection = (torch.tensor(part, dtype=torch.float32) for part in learn_whitening(originals, copies))
    learnt.mean, learnt.projection = nn.Parameter(mean), nn.Parameter(projection)


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 2)
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[4:5] == ["untrained"])
