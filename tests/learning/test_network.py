"""The PyTorch layers: weights that are really set, stages that are really those."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from convdocs import panda
from convdocs.kernels import SOBEL_X, as_weight, oriented_ramps
from convdocs.layers import output_size
from convdocs.learning.network import DemoNet, conv_layer, to_batch
from convdocs.learning.training import fit

ONE = torch.ones(1, 1, 1, 1)
RAMPS = oriented_ramps()
WEIGHTS = as_weight(RAMPS, 3), as_weight(RAMPS, 4)


def test_a_batch_is_channels_first_from_0_to_1() -> None:
    """The red of the pixel at (x, y) stands at [0, 0, y, x], divided by 255."""
    picture = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * 10)
    batch = to_batch(picture)
    assert (batch.shape, batch.dtype) == ((1, 3, 2, 4), torch.float32)
    for (x, y), channel in [((0, 0), 0), ((3, 0), 1), ((1, 1), 2)]:
        colour = np.asarray(picture.getpixel((x, y)))
        assert batch[0, channel, y, x].item() == pytest.approx(colour[channel] / 255)


def test_a_batch_reaches_0_and_1() -> None:
    """Black is 0 and white is 1, exactly."""
    assert not to_batch(Image.new("RGB", (2, 2), "black")).any()
    assert (to_batch(Image.new("RGB", (2, 2), "white")) == 1).all()


def test_a_batch_takes_rgb_only() -> None:
    """A grey picture is refused, for its batch would not have three channels."""
    with pytest.raises(ValueError, match=re.escape("the picture must be RGB (mode='L')")):
        to_batch(Image.new("L", (2, 2)))


@pytest.mark.parametrize("settings", [{}, {"stride": 2}, {"dilation": 3}])
def test_a_layer_computes_with_the_weight_it_was_given(settings: dict[str, int]) -> None:
    """Its output is conv2d's with that weight and no bias."""
    weight = np.random.default_rng(0).integers(-3, 4, (2, 3, 3, 2))
    x = torch.arange(3.0 * 9 * 8).reshape(1, 3, 9, 8)
    layer = conv_layer(weight, **settings)
    assert layer.bias is None
    expected = F.conv2d(x, torch.tensor(weight, dtype=torch.float32), **settings)
    assert torch.equal(layer(x), expected)


def test_a_layer_has_a_copy_of_its_weight_and_can_learn() -> None:
    """Changing the array afterwards changes nothing, and the gradient reaches the weight."""
    weight = np.ones((1, 1, 2, 2), np.float32)
    layer = conv_layer(weight)
    weight[:] = 5
    weight.flags.writeable = False
    assert torch.equal(conv_layer(weight).weight, 5 * layer.weight)
    output = layer(torch.ones(1, 1, 2, 2))
    assert output.item() == 4
    output.backward()
    assert torch.equal(layer.weight.grad, torch.ones(1, 1, 2, 2))


ARRAY = np.arange(-9.0, 9).reshape(2, 1, 3, 3)
ALIKE = {
    "turned": np.flip(ARRAY).copy()[::-1, ::-1, ::-1, ::-1],
    "transposed": np.ascontiguousarray(ARRAY.T).T,
    "big-endian": ARRAY.astype(">f4"),
    "half precision": ARRAY.astype(np.float16),
    "long double": ARRAY.astype(np.longdouble),
    "bytes": ARRAY.astype(np.int8),
    "lists": ARRAY.tolist(),
    "fractions": np.vectorize(Fraction)(ARRAY),
    "tensor": torch.tensor(ARRAY),
    "a tensor that learns": torch.tensor(ARRAY, requires_grad=True),
    "bfloat16": torch.tensor(ARRAY, dtype=torch.bfloat16),
    "tensors that learn, in a list": [*torch.tensor(ARRAY, requires_grad=True)],
}


@pytest.mark.parametrize("weight", ALIKE.values(), ids=ALIKE)
def test_a_weight_may_be_any_array_like(weight: Any) -> None:
    """Whatever its order in memory, its bytes, its type, and its history of gradients."""
    expected = torch.arange(-9.0, 9).reshape(2, 1, 3, 3)
    layer = conv_layer(weight)
    assert torch.equal(layer.weight, expected)
    assert layer.weight.is_leaf
    assert torch.equal(DemoNet(weight, [[[[1]], [[2]]]]).conv1.weight, expected)


def test_a_turned_kernel_answers_with_the_other_sign() -> None:
    """Half a turn of Sobel's kernel is its negative."""
    assert np.array_equal(conv_layer(np.flip(SOBEL_X)[None, None]).weight[0, 0].detach(), -SOBEL_X)


def test_a_layer_has_the_type_that_pytorch_makes_by_default() -> None:
    """As torch.nn.Conv2d would have it, whatever the type of the weight."""
    torch.set_default_dtype(torch.float64)
    try:
        assert conv_layer(np.ones((1, 1, 1, 1), np.float16)).weight.dtype == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_the_network_says_its_layers_as_values() -> None:
    """Sizes that follow from them are those of the stages."""
    network = DemoNet(*WEIGHTS, stride=2, dilation=3)
    size, stages = (235, 180), network(to_batch(panda.paint()))
    shapes = [s.shape[2:] for s in (stages.conv1, stages.pool1, stages.conv2, stages.pool2)]
    assert shapes == [output_size(network.layers[:n], size) for n in (1, 2, 3, 4)]


SIZES = [
    ({}, [(231, 176), (115, 88), (111, 84), (55, 42)]),
    ({"stride": 2}, [(116, 88), (58, 44), (27, 20), (13, 10)]),
    ({"dilation": 3}, [(223, 168), (111, 84), (107, 80), (53, 40)]),
]


@pytest.mark.parametrize(("settings", "sizes"), SIZES)
def test_the_stages_have_the_sizes_that_the_tutorial_tells(
    settings: dict[str, int], sizes: list[tuple[int, int]]
) -> None:
    """Convolution, pooling, convolution, pooling of a 3x235x180 picture; ReLU changes no size."""
    stages = DemoNet(*WEIGHTS, **settings)(to_batch(panda.paint()))
    for stage, relu, size in [
        (stages.conv1, stages.relu1, sizes[0]),
        (stages.pool1, stages.pool1, sizes[1]),
        (stages.conv2, stages.relu2, sizes[2]),
        (stages.pool2, stages.pool2, sizes[3]),
    ]:
        assert stage.shape == relu.shape == (1, 4, *size)


@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 3)])
def test_each_stage_is_made_from_the_one_before(stride: int, dilation: int) -> None:
    """The six results are those of torch.nn.functional, with the weights given."""
    x = torch.randn(2, 3, 40, 36, generator=torch.Generator().manual_seed(0))
    first, second = map(torch.tensor, WEIGHTS)
    stages = DemoNet(*WEIGHTS, stride=stride, dilation=dilation)(x)
    assert torch.equal(stages.conv1, F.conv2d(x, first, stride=stride, dilation=dilation))
    assert torch.equal(stages.relu1, stages.conv1.clamp(min=0))
    assert torch.equal(stages.pool1, F.max_pool2d(stages.relu1, 2))
    assert torch.equal(stages.conv2, F.conv2d(stages.pool1, second, stride=stride))
    assert torch.equal(stages.relu2, stages.conv2.clamp(min=0))
    assert torch.equal(stages.pool2, F.max_pool2d(stages.relu2, 2))
    assert stages.conv1.min() < 0


def test_training_finds_a_kernel_that_is_known() -> None:
    """From pictures and their filtered versions the layer recovers the filter, in place."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(8, 1, 6, 6, generator=generator)
    kernel = torch.tensor([[[[1.0, -2.0], [0.0, 3.0]]]])
    layer = conv_layer(np.zeros((1, 1, 2, 2)))
    losses = fit(layer, x, F.conv2d(x, kernel), steps=300, learning_rate=0.1)
    assert len(losses) == 300
    torch.testing.assert_close(layer.weight.detach(), kernel, rtol=0, atol=0.01)


def test_the_losses_are_those_before_each_step() -> None:
    """The first is that of the untrained layer; Adam's first step is one learning rate long."""
    x = torch.ones(1, 1, 1, 1)
    losses = fit(conv_layer([[[[0.0]]]]), x, 3 * x, steps=2, learning_rate=0.5)
    assert losses == pytest.approx([9, 2.5**2], rel=1e-5)


def test_only_what_is_free_to_learn_changes() -> None:
    """A parameter that requires no grad stays as it is."""
    frozen, free = conv_layer([[[[2.0]]]]), conv_layer([[[[1.0]]]])
    frozen.requires_grad_(False)
    losses = fit(torch.nn.Sequential(frozen, free), ONE, ONE, steps=50, learning_rate=0.1)
    assert losses[-1] < 0.01 < losses[0]
    assert frozen.weight.item() == 2


def test_a_refused_training_leaves_the_weight_as_it_was() -> None:
    """A target that would only broadcast against the output is refused before the first step."""
    layer = conv_layer([[[[2.0]]]])
    with pytest.raises(ValueError, match=re.escape("the module gives (1, 1, 2, 2) but the")):
        fit(layer, torch.ones(1, 1, 2, 2), torch.ones(1, 1, 1, 1), steps=3)
    assert layer.weight.item() == 2


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: conv_layer(np.ones((3, 3))), ValueError,
         "weight must be (O, C, height, width) (shape (3, 3))"),
        (lambda: conv_layer(np.ones((0, 1, 3, 3))), ValueError, "(shape (0, 1, 3, 3))"),
        (lambda: conv_layer(ONE, stride=0), ValueError, "stride must be at least 1 (stride=0)"),
        (lambda: conv_layer(ONE, dilation=1.5), TypeError, "dilation must be an integer"),
        (lambda: DemoNet(WEIGHTS[0], WEIGHTS[0]), ValueError,
         "weight2 reads 3 channels but weight1 gives 4"),
        (lambda: DemoNet(*WEIGHTS, stride=-1), ValueError, "stride must be at least 1 (stride=-1)"),
        (lambda: fit(conv_layer(ONE), ONE, ONE, steps=0), ValueError,
         "steps must be at least 1 (steps=0)"),
        (lambda: fit(conv_layer(ONE), ONE, ONE, steps=1.5), TypeError, "(steps=1.5)"),
        (lambda: fit(conv_layer(ONE), ONE, ONE, steps=1, learning_rate=0), ValueError,
         "learning_rate must be above 0 and finite (learning_rate=0)"),
        (lambda: fit(conv_layer(ONE), ONE, ONE, steps=1, learning_rate=float("nan")), ValueError,
         "learning_rate must be above 0 and finite (learning_rate=nan)"),
        (lambda: fit(conv_layer(ONE), ONE, ONE, steps=1, learning_rate="fast"), TypeError,
         "learning_rate must be a number (learning_rate='fast')"),
        (lambda: fit(torch.relu, ONE, ONE, steps=1), TypeError,
         "module must be a Module (got builtin_function_or_method)"),
        (lambda: fit(conv_layer(ONE), ONE.numpy(), ONE, steps=1), TypeError,
         "inputs must be a Tensor (got ndarray)"),
        (lambda: fit(conv_layer(ONE), ONE, [[[[1.0]]]], steps=1), TypeError,
         "targets must be a Tensor (got list)"),
        (lambda: fit(torch.nn.ReLU(), ONE, ONE, steps=1), ValueError,
         "the module has no parameter to learn (a ReLU)"),
        (lambda: fit(DemoNet(WEIGHTS[0], WEIGHTS[1]), torch.ones(1, 3, 20, 20), ONE, steps=1),
         TypeError, "the module must give one tensor (it gives a Stages)"),
        (lambda: fit(conv_layer(ONE), ONE, ONE.double(), steps=1), ValueError,
         "the module gives torch.float32 but the targets are torch.float64"),
        (lambda: conv_layer([[[[1.0], [1.0, 2.0]]]]), TypeError,
         "weight must be an array of real numbers (weight=[[[[1.0], [1.0, 2.0]]]])"),
        (lambda: conv_layer("sobel"), TypeError, "weight must be an array of real numbers"),
        (lambda: conv_layer(1j * ONE.numpy()), TypeError, "array of real numbers (weight=array("),
        (lambda: DemoNet(WEIGHTS[0], RAMPS), ValueError,
         "weight2 must be (O, C, height, width) (shape (4, 5, 5))"),
        (lambda: DemoNet(*WEIGHTS)(np.ones((1, 3, 20, 20))), TypeError,
         "x must be a tensor of torch.float32 (got ndarray)"),
        (lambda: DemoNet(*WEIGHTS)(torch.ones(1, 3, 20, 20).double()), TypeError,
         "x must be a tensor of torch.float32 (got torch.float64)"),
        (lambda: DemoNet(*WEIGHTS)(torch.ones(1, 4, 20, 20)), ValueError,
         "x must be (N, 3, height, width) (shape (1, 4, 20, 20))"),
        (lambda: DemoNet(*WEIGHTS)(torch.ones(3, 20, 20)), ValueError, "(shape (3, 20, 20))"),
        (lambda: DemoNet(*WEIGHTS)(torch.ones(1, 3, 9, 20)), ValueError,
         "layer 3: kernel spans 5 samples but the padded input has 2"),
        (lambda: to_batch("panda"), TypeError, "image must be a PIL image (image='panda')"),
    ],
)  # fmt: skip
def test_an_impossible_layer_or_training_is_refused(
    call: Callable[[], Any], error: type[Exception], words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(error, match=re.escape(words)):
        call()
