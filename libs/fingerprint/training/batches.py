"""Batches of pictures and copies to learn from."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from copies import light_copy, strong_copy
from scenes import scene

# Of the pictures in a batch, how many come from each folder after the first, by licence few and shown often.
LATER_FOLDERS_SHARE = 0.3
SCENES = 0.35


@dataclass(frozen=True)
class Family:
    """Files by group: one group's are copies of each other, other groups only look like it."""

    groups: tuple[tuple[int, tuple[int, ...]], ...]


class Pictures:
    """All training pictures of some folders, encoded, in memory."""

    def __init__(self, folders: list[Path]) -> None:
        self.files: list[np.ndarray] = []
        self.families: list[list[Family]] = []
        names: dict[str, int] = {}
        for number, folder in enumerate(folders):
            found: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
            with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    if row["use"] != "train":
                        continue
                    group = names.setdefault(f"{number} {row['group']}", len(names))
                    found[row.get("family") or row["group"]][group].append(len(self.files))
                    self.files.append(np.fromfile(folder / "patterns" / row["path"], np.uint8))
            self.families.append([Family(tuple((g, tuple(f)) for g, f in groups.items())) for groups in found.values()])

    def decode(self, number: int) -> np.ndarray:
        return cv2.imdecode(self.files[number], cv2.IMREAD_COLOR)


class Batches:
    """Batches of pictures, each with its copy."""

    def __init__(self, pictures: Pictures, size: int, side: int, rng: np.random.Generator) -> None:
        groups = len({group for folder in pictures.families for family in folder for group, _ in family.groups})
        if groups < size:
            raise ValueError(f"there are {groups} groups of pictures of use \"train\", {size} are needed: draw more designs")
        self.pictures, self.size, self.side, self.rng = pictures, size, side, rng
        cv2.setNumThreads(1)

    def next(self) -> np.ndarray:
        """[2, size, side, side, 3] uint8 sRGB: pictures, then their copies."""
        rng = self.rng
        pixels = np.empty((2, self.size, self.side, self.side, 3), np.uint8)
        taken: set[int] = set()
        filled = 0
        while filled < self.size:
            family = self.pick_family(rng)
            order = rng.permutation(len(family.groups))[: 2 if rng.random() < 0.7 else 1]
            for group, files in (family.groups[i] for i in order):
                if group in taken or filled == self.size:
                    continue
                taken.add(group)
                for half, picture in enumerate(self.pair(files, rng)):
                    pixels[half, filled] = to_square(picture, self.side)
                filled += 1
        return pixels

    def pick_family(self, rng: np.random.Generator) -> Family:
        folders = self.pictures.families
        share = LATER_FOLDERS_SHARE if len(folders) > 1 else 0
        folder = folders[int(rng.integers(1, len(folders)))] if rng.random() < share else folders[0]
        return folder[int(rng.integers(len(folder)))]

    def pair(self, files: tuple[int, ...], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        if rng.random() < SCENES:
            others = rng.integers(len(self.pictures.files), size=2)
            picture = scene([self.pictures.decode(int(i)) for i in (rng.choice(files), *others)], rng)
            return light_copy(picture, rng), strong_copy(picture, rng)
        first, second = (int(i) for i in rng.choice(files, size=2))
        picture = self.pictures.decode(first)
        other = picture if first == second else self.pictures.decode(second)
        return light_copy(picture, rng), strong_copy(other, rng)


def to_square(picture: np.ndarray, side: int) -> np.ndarray:
    """The whole picture to side x side, RGB."""
    shrinks = min(picture.shape[:2]) > side
    resized = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return resized[..., ::-1]
