"""Other colours for a picture."""

import cv2
import numpy as np

Picture = np.ndarray
Rng = np.random.Generator
PALETTE_SIDE = 224


def recolour(picture: Picture, rng: Rng) -> Picture:
    kind = rng.choice(7, p=[0.2, 0.08, 0.14, 0.14, 0.14, 0.24, 0.06])
    if kind == 0:
        return turn_hue(picture, rng)
    if kind == 1:
        return np.ascontiguousarray(picture[..., rng.permutation(3)])
    if kind == 2:
        return invert(picture, rng)
    if kind == 3:
        return bend_channels(picture, rng)
    if kind == 4:
        return map_lightness(picture, rng)
    if kind == 5:
        return exchange_palette(picture, rng)
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)


def turn_hue(picture: Picture, rng: Rng) -> Picture:
    hsv = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + int(rng.integers(5, 175))) % 180
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)


def invert(picture: Picture, rng: Rng) -> Picture:
    """Light for dark, in all channels or in lightness alone, perhaps with other hues and less contrast."""
    if rng.random() < 0.4:
        picture = 255 - picture
    else:
        lab = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB)
        lab[..., 0] = 255 - lab[..., 0]
        picture = cv2.cvtColor(lab, cv2.COLOR_LAB2BGR)
    if rng.random() < 0.5:
        picture = turn_hue(picture, rng)
    return jitter(picture, rng, 0.5) if rng.random() < 0.5 else picture


def bend_channels(picture: Picture, rng: Rng) -> Picture:
    """A random curve for each channel, mostly rising or falling."""
    table = np.stack([curve(rng) for _ in range(3)], 1)[None]
    return cv2.LUT(picture, table)


def curve(rng: Rng) -> np.ndarray:
    low, high = sorted(rng.uniform(0, 255, 2))
    if high - low < 90:
        low, high = max(0, low - 60), min(255, high + 60)
    ramp = np.linspace(0, 1, 256) ** np.exp(rng.uniform(-0.8, 0.8))
    if rng.random() < 0.35:
        ramp = 1 - ramp
    return (low + (high - low) * ramp).astype(np.uint8)


def map_lightness(picture: Picture, rng: Rng) -> Picture:
    """Lightness alone, coloured by a random ramp of two to five colours."""
    count = int(rng.integers(2, 6))
    colours = random_colours(rng, count)
    if rng.random() < 0.75:
        colours = colours[np.argsort(colours.sum(1))][:: int(rng.choice([-1, 1]))]
        colours[0], colours[-1] = colours[0] * 0.7, np.minimum(255, colours[-1] * 1.2)
    places = np.linspace(0, 255, count)
    table = np.stack([np.interp(np.arange(256), places, colours[:, i]) for i in range(3)], 1)
    gray = cv2.equalizeHist(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)) if rng.random() < 0.3 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return cv2.LUT(cv2.merge([gray] * 3), table.astype(np.uint8)[None])


def exchange_palette(picture: Picture, rng: Rng) -> Picture:
    """The main colours replaced, exchanged among themselves or turned light for dark; shades between them kept."""
    picture = shrink(picture, PALETTE_SIDE)
    centres = main_colours(picture, int(rng.integers(2, 8)))
    pick = rng.random()
    if pick < 0.3 and len(centres) > 1:
        new = centres[rng.permutation(len(centres))]
    elif pick < 0.6:
        lightness = centres.mean(1, keepdims=True)
        new = np.clip(centres - lightness + 255 - lightness, 0, 255)[:, rng.permutation(3)]
    else:
        new = random_colours(rng, len(centres))
    flat = picture.reshape(-1, 3).astype(np.float32)
    distances = (flat**2).sum(1, keepdims=True) - 2 * flat @ centres.T + (centres**2).sum(1)
    distances -= distances.min(1, keepdims=True)
    weights = np.exp(-distances / rng.uniform(200, 900))
    weights /= weights.sum(1, keepdims=True)
    detail = rng.uniform(0, 0.9)
    changed = weights @ (new - detail * centres).astype(np.float32) + detail * flat
    return np.clip(changed, 0, 255).astype(np.uint8).reshape(picture.shape)


def main_colours(picture: Picture, count: int) -> np.ndarray:
    samples = cv2.resize(picture, (24, 24), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_MAX_ITER, 5, 0)
    return cv2.kmeans(samples, count, None, criteria, 1, cv2.KMEANS_PP_CENTERS)[2]


def random_colours(rng: Rng, count: int) -> np.ndarray:
    """BGR floats around a random grey level and a few hues, as palettes are."""
    hsv = np.empty((1, count, 3), np.uint8)
    hue = rng.integers(180)
    hsv[..., 0] = (hue + rng.normal(0, rng.choice([8, 30, 90]), count)) % 180
    hsv[..., 1] = rng.integers(0, 256, count) * rng.uniform(0.3, 1)
    hsv[..., 2] = rng.integers(10, 256, count)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0].astype(np.float32)


def jitter(picture: Picture, rng: Rng, strength: float) -> Picture:
    """Brightness, contrast, gamma and white balance."""
    ramp = np.linspace(0, 1, 256)[:, None] ** np.exp(rng.uniform(-strength, strength))
    ramp = (ramp - 0.5) * np.exp(rng.uniform(-strength, strength / 2)) + 0.5 + rng.uniform(-0.3, 0.3) * strength
    ramp = ramp * np.exp(rng.uniform(-0.3, 0.3, 3) * strength)
    picture = cv2.LUT(picture, np.clip(ramp * 255, 0, 255).astype(np.uint8)[None])
    if rng.random() < 0.4:
        gray = cv2.merge([cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)] * 3)
        share = rng.uniform(1 - strength, 1 + strength * 0.7)
        picture = cv2.addWeighted(picture, share, gray, 1 - share, 0)
    return picture


def shrink(picture: Picture, side: int) -> Picture:
    longest = max(picture.shape[:2])
    if longest <= side:
        return picture
    return cv2.resize(picture, None, fx=side / longest, fy=side / longest, interpolation=cv2.INTER_AREA)
