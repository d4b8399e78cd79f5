"""Copies of a picture as an infringer or a careless office makes them."""

import io
import random

import numpy as np
from PIL import Image


def random_copy(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A cut-out of 40 to 100% of the area, perhaps smaller, perhaps in other colours, always JPEG-compressed."""
    copy = cut_out(picture, rng.uniform(0.4, 1), rng.uniform(0.85, 1.18), rng)
    if rng.random() < 0.5:
        factor = rng.uniform(0.4, 1)
        copy = copy.resize((max(1, int(copy.width * factor)), max(1, int(copy.height * factor))), Image.BILINEAR)
    if rng.random() < 0.5:
        copy = turn_hue(copy, rng.randint(0, 255))
    if rng.random() < 0.3:
        copy = Image.fromarray(np.ascontiguousarray(np.asarray(copy)[..., rng.sample([0, 1, 2], 3)]))
    return compress(copy, rng.choice([20, 30, 50, 80, 95]))


def cut_out(picture: Image.Image, area: float, stretch: float, rng: random.Random) -> Image.Image:
    """A random window of the given share of the area; `stretch` makes it wider and lower than the picture."""
    width = min(picture.width, max(1, int(picture.width * area**0.5 * stretch)))
    height = min(picture.height, max(1, int(picture.height * area**0.5 / stretch)))
    left = rng.randint(0, picture.width - width)
    top = rng.randint(0, picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def turn_hue(picture: Image.Image, by: int) -> Image.Image:
    """All hues moved by `by` of 256."""
    hsv = np.array(picture.convert("HSV"))
    hsv[..., 0] = (hsv[..., 0].astype(int) + by) % 256
    return Image.fromarray(hsv, "HSV").convert("RGB")


def compress(picture: Image.Image, quality: int) -> Image.Image:
    """Through JPEG of this quality and back."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    file.seek(0)
    return Image.open(file).convert("RGB")
