"""Copies of a picture as an infringer or a careless office makes them.

Two families are left out on purpose, so that they show what the model makes of copies it never saw: overlays and
watermarks, and motifs moved about on a grid.
"""

import cv2
import numpy as np

from colours import jitter, recolour
from shapes import camera, cut_out, dihedral, frame, re_tile, rotate, stretch_or_repeat

Picture = np.ndarray
Rng = np.random.Generator
WORKING_SIDE = 288


def light_copy(picture: Picture, rng: Rng) -> Picture:
    """As a registry holds it: hardly changed."""
    if rng.random() < 0.3:
        picture = cut_out(picture, rng, 0.8, 1.0)
    if rng.random() < 0.2:
        picture = jitter(picture, rng, 0.3)
    if rng.random() < 0.4:
        picture = encode(picture, rng, 50)
    return picture


def strong_copy(picture: Picture, rng: Rng) -> Picture:
    """One family of change, or up to four on top of each other."""
    count = int(rng.choice([1, 2, 3, 4], p=[0.45, 0.35, 0.15, 0.05]))
    steps = rng.choice(len(FAMILIES), size=count, replace=False, p=WEIGHTS)
    for step in sorted(steps):
        picture = limit(FAMILIES[step][0](picture, rng))
    if rng.random() < 0.4:
        picture = dihedral(picture, int(rng.integers(8)))
    return encode(picture, rng, 60) if rng.random() < 0.5 else picture


def limit(picture: Picture) -> Picture:
    side = max(picture.shape[:2])
    if side <= WORKING_SIDE:
        return picture
    return cv2.resize(picture, None, fx=WORKING_SIDE / side, fy=WORKING_SIDE / side, interpolation=cv2.INTER_AREA)


def mild_or_hard_crop(picture: Picture, rng: Rng) -> Picture:
    return cut_out(picture, rng, *((0.1, 0.35) if rng.random() < 0.5 else (0.3, 0.8)))


def turn(picture: Picture, rng: Rng) -> Picture:
    return dihedral(picture, int(rng.integers(1, 8)))


def encode(picture: Picture, rng: Rng, worst: int = 8) -> Picture:
    """Smaller and through JPEG or WebP of quality `worst` to 95."""
    if rng.random() < 0.5:
        factor = rng.uniform(0.2 if worst < 20 else 0.5, 1)
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    quality = int(rng.integers(worst, 96))
    kind, flag = (".jpg", cv2.IMWRITE_JPEG_QUALITY) if rng.random() < 0.85 else (".webp", cv2.IMWRITE_WEBP_QUALITY)
    return cv2.imdecode(cv2.imencode(kind, picture, [flag, quality])[1], cv2.IMREAD_COLOR)


def blur_and_noise(picture: Picture, rng: Rng) -> Picture:
    if rng.random() < 0.7:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 2.5))
    if rng.random() < 0.6:
        noise = np.empty(picture.shape, np.int16)
        cv2.randn(noise, (0, 0, 0), (rng.uniform(2, 25),) * 3)
        picture = cv2.add(picture, noise, dtype=cv2.CV_8U)
    return picture


# In the order in which they would happen, with how often each is drawn.
FAMILIES = [
    (re_tile, 0.16),
    (stretch_or_repeat, 0.1),
    (recolour, 0.19),
    (turn, 0.06),
    (rotate, 0.13),
    (mild_or_hard_crop, 0.14),
    (camera, 0.13),
    (frame, 0.02),
    (blur_and_noise, 0.03),
    (encode, 0.04),
]
WEIGHTS = np.array([weight for _, weight in FAMILIES]) / sum(weight for _, weight in FAMILIES)
