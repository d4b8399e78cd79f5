"""Other places for what a picture shows: cut out, turned, repeated, photographed."""

import cv2
import numpy as np

from colours import jitter, random_colours

Picture = np.ndarray
Rng = np.random.Generator


def cut_out(picture: Picture, rng: Rng, least: float, most: float) -> Picture:
    """A window of `least` to `most` of the area, anywhere."""
    height, width = picture.shape[:2]
    area, stretch = rng.uniform(least, most), np.exp(rng.uniform(-0.3, 0.3))
    w = int(np.clip(width * (area * stretch) ** 0.5, 24, width))
    h = int(np.clip(height * (area / stretch) ** 0.5, 24, height))
    x, y = rng.integers(width - w + 1), rng.integers(height - h + 1)
    return np.ascontiguousarray(picture[y : y + h, x : x + w])


def dihedral(picture: Picture, number: int) -> Picture:
    """One of the eight turns and mirrorings; 0 changes nothing."""
    turned = np.rot90(picture, number % 4)
    return np.ascontiguousarray(turned[:, ::-1] if number >= 4 else turned)


def rotate(picture: Picture, rng: Rng) -> Picture:
    """By any angle; corners cut away, mirrored, repeated or of one colour."""
    height, width = picture.shape[:2]
    angle = rng.uniform(-180, 180) if rng.random() < 0.5 else rng.normal(0, 20)
    radians = np.deg2rad(angle)
    c, s = abs(np.cos(radians)), abs(np.sin(radians))
    style = rng.random()
    if style < 0.45:
        scale = 1 / (c + s) if rng.random() < 0.7 else 0.9 / (c + s)
        out = (max(24, int(width * scale)), max(24, int(height * scale)))
        zoom, border = 1.0, cv2.BORDER_REFLECT
    elif style < 0.75:
        out = (int(width * c + height * s), int(width * s + height * c))
        zoom, border = 1.0, cv2.BORDER_CONSTANT
    else:
        out, zoom = (width, height), rng.uniform(0.9, 1.4)
        border = [cv2.BORDER_REFLECT, cv2.BORDER_WRAP, cv2.BORDER_CONSTANT][rng.integers(3)]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, zoom)
    matrix[:, 2] += (out[0] / 2 - width / 2, out[1] / 2 - height / 2)
    return cv2.warpAffine(picture, matrix, out, flags=cv2.INTER_LINEAR, borderMode=border, borderValue=fill(picture, rng))


def fill(picture: Picture, rng: Rng) -> tuple[float, ...]:
    pick = rng.random()
    if pick < 0.3:
        return (255.0, 255.0, 255.0)
    if pick < 0.5:
        return (0.0, 0.0, 0.0)
    if pick < 0.75:
        return tuple(float(v) for v in picture.mean((0, 1)))
    return tuple(float(v) for v in rng.uniform(0, 255, 3))


def re_tile(picture: Picture, rng: Rng) -> Picture:
    """The picture, or a window of it, as the repeat of a cloth: block, half drop, brick or mirrored, from any phase."""
    if rng.random() < 0.4:
        picture = cut_out(picture, rng, 0.25, 0.9)
    layout = rng.choice(["phase", "block", "drop", "brick", "mirror", "point"])
    repeats = 1.0 if layout == "phase" else rng.uniform(1.3, 3.2)
    side = int(np.clip(320 / repeats, 90, 320))
    cell = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    if layout == "mirror":
        row = np.hstack([cell, cell[:, ::-1]])
        cell = np.vstack([row, row[::-1]])
    elif layout == "point":
        row = np.hstack([cell, dihedral(cell, 2)])
        cell = np.vstack([row, np.roll(row, side, 1)])
    cloth = lay_out(cell, layout, rng.choice([0.5, 0.5, 1 / 3]), 320 + 2 * side)
    x, y = rng.integers(side), rng.integers(side)
    return np.ascontiguousarray(cloth[y : y + 320, x : x + 320])


def lay_out(cell: Picture, layout: str, share: float, side: int) -> Picture:
    across, down = (-(-side // cell.shape[i]) for i in (1, 0))
    if layout == "drop":
        lines = [np.roll(np.concatenate([cell] * down), int(n * share * cell.shape[0]), 0) for n in range(across)]
        return np.hstack(lines)
    rows = [np.hstack([cell] * across)] * down
    if layout == "brick":
        rows = [np.roll(row, int(n * share * cell.shape[1]), 1) for n, row in enumerate(rows)]
    return np.vstack(rows)


def stretch_or_repeat(picture: Picture, rng: Rng) -> Picture:
    """Larger by up to 4 (its middle), smaller down to a quarter (repeated, mirrored or on a ground)."""
    height, width = picture.shape[:2]
    factor = np.exp(rng.uniform(np.log(0.22), np.log(4)))
    ratio = np.exp(rng.normal(0, 0.08))
    matrix = np.array([[factor * ratio, 0, 0], [0, factor / ratio, 0]])
    matrix[:, 2] = (np.array([width, height]) - matrix[:, :2] @ [width, height]) * (0.5 if rng.random() < 0.5 else rng.random())
    border = [cv2.BORDER_WRAP, cv2.BORDER_WRAP, cv2.BORDER_REFLECT, cv2.BORDER_CONSTANT][rng.integers(4)]
    if border == cv2.BORDER_CONSTANT:
        matrix *= max(1.0, 0.5 / factor)
    if factor < 0.8:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.35 / factor)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=fill(picture, rng))


def camera(picture: Picture, rng: Rng) -> Picture:
    """Photographed cloth: tilt, folds, weave, uneven light, blur, noise and white balance."""
    strength = rng.uniform(0.2, 1.2)
    picture = warp(picture, rng, strength)
    height, width = picture.shape[:2]
    light = smooth_field(rng, height, width, int(rng.integers(2, 4))) * 0.35 * strength
    light += smooth_field(rng, height, width, int(rng.integers(5, 12))) * 0.2 * strength * rng.random()
    if rng.random() < 0.6:
        period = rng.uniform(2, 6)
        waves = np.sin(np.arange(width) * 2 * np.pi / period)[None] * np.sin(np.arange(height) * 2 * np.pi / period)[:, None]
        light = light + (waves * rng.uniform(0.02, 0.15) * strength).astype(np.float32)
    shade = np.clip(1 + light, 0.2, 1.8).astype(np.float32)
    picture = cv2.multiply(picture, cv2.merge([shade] * 3), dtype=cv2.CV_8U)
    picture = jitter(picture, rng, 0.45 * strength)
    if rng.random() < 0.6:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.3 + rng.random() * 1.3 * strength)
    if rng.random() < 0.5:
        noise = np.empty(picture.shape, np.int16)
        cv2.randn(noise, (0, 0, 0), (rng.uniform(1, 12) * strength,) * 3)
        picture = cv2.add(picture, noise, dtype=cv2.CV_8U)
    return picture


def warp(picture: Picture, rng: Rng, strength: float) -> Picture:
    """Seen from aside, with waves and wrinkles; one interpolation."""
    height, width = picture.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    moved = corners + (rng.uniform(-0.16, 0.16, (4, 2)) * strength * [width, height]).astype(np.float32)
    inward = corners + (np.float32([width, height]) / 2 - corners) * rng.uniform(0, 0.3) * strength
    matrix = cv2.getPerspectiveTransform(corners, (inward + moved - corners).astype(np.float32))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    w = (matrix[2, 0] * x + matrix[2, 1] * y + 1).astype(np.float32)
    u = ((matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / w).astype(np.float32)
    v = ((matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / w).astype(np.float32)
    for cells, pixels in ((int(rng.integers(2, 5)), 14), (int(rng.integers(6, 16)), 4)):
        if rng.random() < 0.7:
            u += smooth_field(rng, height, width, cells) * pixels * strength * rng.random()
            v += smooth_field(rng, height, width, cells) * pixels * strength * rng.random()
    border = cv2.BORDER_REFLECT if rng.random() < 0.7 else cv2.BORDER_CONSTANT
    return cv2.remap(picture, u, v, cv2.INTER_LINEAR, borderMode=border, borderValue=fill(picture, rng))


def smooth_field(rng: Rng, height: int, width: int, cells: int) -> np.ndarray:
    """[height, width] float32 within about -1 to 1, smooth over 1 / cells of the side."""
    coarse = rng.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def frame(picture: Picture, rng: Rng) -> Picture:
    """On a larger ground of one colour, or with a border."""
    height, width = picture.shape[:2]
    room = rng.uniform(0.03, 0.4, 4) * rng.uniform(0.2, 1)
    top, bottom, left, right = (room * [height, height, width, width]).astype(int)
    colour = random_colours(rng, 1)[0] if rng.random() < 0.5 else fill(picture, rng)
    return cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT, value=[float(v) for v in colour])
