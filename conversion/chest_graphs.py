"""The chest's two networks as the desktop runs them, and their ONNX: one picture, grey levels 0 to 255."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from conversion.export import name_by_place
from desktop.clinical.chest import REGIONS
from training.chest_multi_roi.bmd_network import BmdNetwork
from training.chest_multi_roi.landmark_network import GraphNetwork

OPSET = 18

logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it tells of torchvision, which is not needed


class LandmarkGraph(nn.Module):
    """From `image`, [1, 1, size, size], to `landmarks` and `spots`, [1, landmark, (x, y)].

    Both are shares of its side; a spot is where a landmark's own map shows it.
    """

    def __init__(self, network: GraphNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return both."""
        return self.network.seen(image / 255)


class RegionGraph(nn.Module):
    """From `regions`, [1, region, size, size], to `bmd`, [1, site], and `evidence`, [1, region, row, column].

    Pooling is a mean and the head linear, so that L1-L4 is a sum over all places of the encoder's maps.
    Evidence is each place's part of it in g/cm2, less `average`, its mean over pictures to train on (a class
    activation map, less its mean): the sum of all is what L1-L4 lies off the mean of those pictures.
    area_shares: of each site in L1-L4.
    """

    def __init__(self, network: BmdNetwork, area_shares: Tensor) -> None:
        super().__init__()
        self.network = network
        by_region = network.joint.weight.detach().unflatten(1, (len(REGIONS), -1))
        per_site = area_shares.to(by_region) * network.sd_g_cm2
        self.register_buffer("weights", torch.einsum("s,src->rc", per_site, by_region))
        self.register_buffer("average", torch.zeros(1))

    def forward(self, regions: Tensor) -> tuple[Tensor, Tensor]:
        """Return BMD in g/cm2 and evidence."""
        maps = self.network.maps(regions / 255)
        joint, _ = self.network.heads(maps)
        weighed = (maps * self.weights[None, :, :, None, None]).sum(dim=2)
        evidence = weighed / (maps.shape[3] * maps.shape[4]) - self.average
        return joint * self.network.sd_g_cm2 + self.network.mean_g_cm2, evidence

    def set_average(self, regions: Tensor) -> None:
        """Make the mean evidence over regions [n, region, size, size], 0 to 255, the zero of all evidence."""
        self.average = torch.zeros_like(self.average)
        with torch.no_grad():
            self.average = torch.cat([self(each[None])[1] for each in regions]).mean(dim=0, keepdim=True)


def onnx_of(graph: nn.Module, takes: str, shape: tuple[int, ...], gives: Sequence[str]) -> bytes:
    """Return a graph as ONNX with one named input of `shape` and named outputs."""
    import onnx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own parts
        program = torch.onnx.export(
            graph.eval(),
            (torch.zeros(shape),),
            None,
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            input_names=[takes],
            output_names=list(gives),
            verbose=False,
        )
    model = onnx.ModelProto.FromString(program.model_proto.SerializeToString())
    assert [each.version for each in model.opset_import if not each.domain] == [OPSET]
    del model.functions[:], model.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    name_by_place(model.graph)
    return model.SerializeToString()
