"""Further originals out of those at hand: details, collages, garments on a ground, cloudy textures.

Registries hold photographs of shirts and folded cloth beside flat designs; these stand in for them.
"""

import cv2
import numpy as np

from colours import jitter, map_lightness, random_colours, recolour
from copies import blur_and_noise
from shapes import camera, cut_out, dihedral, smooth_field

Picture = np.ndarray
Rng = np.random.Generator
SIDE = 288


def scene(pictures: list[Picture], rng: Rng) -> Picture:
    """Of three pictures the first always shows."""
    kind = rng.choice(5, p=[0.25, 0.2, 0.3, 0.15, 0.1])
    picture = pictures[0]
    if kind == 0:
        return cut_out(picture, rng, 0.06, 0.6)
    if kind == 1:
        return collage(pictures, rng)
    if kind == 2:
        return garment(pictures, rng)
    if kind == 3:
        return camera(cut_out(picture, rng, 0.1, 1.0), rng)
    return blur_and_noise(clouds(rng), rng)


def collage(pictures: list[Picture], rng: Rng) -> Picture:
    """A border, a panel, or halves of different cloth."""
    canvas = square(recolour(pictures[0], rng) if rng.random() < 0.3 else pictures[0])
    for other in pictures[1 : 2 + int(rng.integers(2))]:
        share = rng.uniform(0.15, 0.5)
        part = square(cut_out(other, rng, 0.1, 1.0))
        width = int(SIDE * share)
        start = 0 if rng.random() < 0.6 else int(rng.integers(SIDE - width))
        canvas[:, start : start + width] = cv2.resize(part, (width, SIDE), interpolation=cv2.INTER_AREA)
        canvas = dihedral(canvas, int(rng.integers(8)))
    return canvas


def garment(pictures: list[Picture], rng: Rng) -> Picture:
    """Cloth of some outline, folded and lit, on a plain or blurred ground."""
    cloth = square(cut_out(pictures[0], rng, 0.15, 1.0))
    if rng.random() < 0.4:
        cloth = np.tile(cv2.resize(cloth, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA), (2, 2, 1))
    cloth = camera(cloth, rng)
    mask = outline(rng)
    if rng.random() < 0.35:
        second = camera(square(pictures[1]), rng)
        cut = (smooth_field(rng, SIDE, SIDE, 2) > 0)[..., None]
        cloth = np.where(cut, cloth, second)
    if rng.random() < 0.7:
        colours = random_colours(rng, 2) if rng.random() < 0.5 else np.float32([[255] * 3, [225] * 3])
        ramp = (smooth_field(rng, SIDE, SIDE, 2)[..., None] + 1) / 2
        ground = colours[0] * ramp + colours[1] * (1 - ramp)
    else:
        ground = cv2.GaussianBlur(square(pictures[2]), (0, 0), rng.uniform(1, 9))
    return np.clip(cloth * mask + ground * (1 - mask), 0, 255).astype(np.uint8)


def outline(rng: Rng) -> np.ndarray:
    """[SIDE, SIDE, 1] float32, 1 within: a few overlapping rounded limbs."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        centre = rng.uniform(0.25, 0.75, 2) * SIDE
        size = rng.uniform(0.25, 1.0, 2) * SIDE
        box = cv2.boxPoints((tuple(map(float, centre)), tuple(map(float, size)), float(rng.normal(0, 25))))
        cv2.fillPoly(mask, [box.astype(np.int32)], 255)
    mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(1, 10))
    return np.clip((mask.astype(np.float32) - 100) / 55, 0, 1)[..., None]


def clouds(rng: Rng) -> Picture:
    """Fractal noise, perhaps drawn out to grain or folded to ridges, coloured by a ramp."""
    field = np.zeros((SIDE, SIDE), np.float32)
    fall, cells = rng.uniform(0.4, 0.95), int(rng.integers(2, 12))
    for octave in range(5):
        field += smooth_field(rng, SIDE, SIDE, min(SIDE // 2, cells * 2**octave)) * fall**octave
    if rng.random() < 0.4:
        field = np.abs(field)
    if rng.random() < 0.3:
        strip = field[:, : SIDE // int(rng.integers(3, 10))]
        field = cv2.resize(np.ascontiguousarray(strip), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    gray = cv2.normalize(field, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    if rng.random() < 0.3:
        gray = cv2.LUT(gray, ((np.arange(256) * rng.integers(2, 6)) % 256).astype(np.uint8))
    return jitter(map_lightness(cv2.merge([gray] * 3), rng), rng, 0.4)


def square(picture: Picture) -> Picture:
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
