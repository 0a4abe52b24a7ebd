"""The tasks above the explorers: their numbers are the page's, and what they let predict is so."""

import re
from itertools import product

import contents
import numpy as np
import pytest
import still
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import sliding_window_view
from numpy.testing import assert_allclose, assert_array_equal

from convdocs import images

PAGES = {name.rpartition("plot_")[2]: found for name, found in contents.explorers().items()}
TEXTS = {
    script.stem.removeprefix("plot_"): (contents.ROOT / script).read_text("utf-8")
    for script in contents.SCRIPTS
}


def shown(page: str, **changed: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give input, kernel and output of a page's explorer, with some of its settings changed."""
    state = dict(part.split("=") for part in PAGES[page][0].split("&"))
    settings = {name: str(setting) for name, setting in changed.items()}
    x, w, y = still.work("&".join(f"{name}={text}" for name, text in (state | settings).items()))
    return np.squeeze(x), w if w is None else np.squeeze(w), np.squeeze(y)


def reads(width: int, taps: int, output: int, **settings: int) -> list[int]:
    """Ask PyTorch which inputs of a row an output reads."""
    x = torch.zeros(1, 1, width, requires_grad=True)
    F.conv1d(x, torch.ones(1, 1, taps), **settings)[0, 0, output].backward()
    return x.grad[0, 0].nonzero().ravel().tolist()


def has(page: str, *lines: str) -> None:
    """Check that the page has the numbers that its explorer borrows."""
    assert all(line in TEXTS[page] for line in lines)


@pytest.mark.parametrize("page", PAGES)
def test_every_explorer_has_a_task(page: str) -> None:
    """Something to find out there, and not only to look at."""
    assert len(PAGES[page][1].split()) > 10


def test_the_landing_page_moves_a_kernel_over_the_panda() -> None:
    """On a channel of the patch that a lesson works through; a corner feeds one answer of nine."""
    text = (contents.ROOT / "docs/index.rst").read_text("utf-8")
    state = re.search(r"^\.\. explorer:: (\S+)", text, re.MULTILINE)[1]
    x, w, y = (np.squeeze(array) for array in still.work(state))
    has("by_hand", "patch = pixels[84:89, 60:65].transpose(2, 0, 1).astype(int) // 26")
    assert_array_equal(x, np.asarray(images.load("panda"))[84:89, 60:65, 0] // 26)
    leaf = torch.tensor(x, dtype=torch.float64)[None, None].requires_grad_()
    answers = F.conv2d(leaf, torch.tensor(w).double()[None, None])[0, 0]
    assert_array_equal(answers.detach(), y)
    assert y.size == 9
    slopes = [torch.autograd.grad(one, leaf, retain_graph=True)[0] for one in answers.ravel()]
    assert [bool(slope[0, 0, 0, 0]) for slope in slopes] == [True] + [False] * 8


def test_the_first_page_lets_predict_the_steepest_fall() -> None:
    """A third of its pixels; the lowest answer reads those next to the rim of the patch."""
    has("features", "samples = row[40:52]", "row = brightness[92]")
    row = np.asarray(images.load("panda")).astype(int).sum(2)[92, 40:52] // 3
    x, w, y = shown("features")
    assert_array_equal(x, row // 3)
    assert np.abs(y - np.convolve(row, [1 / 3] * 3, "valid")).max() < 3
    assert w.tolist() == [1, 1, 1]
    _, _, y = shown("features", weight="-1,0,1")
    assert y.argmin() == 5  # pixels 5 and 7
    assert np.correlate(row, [-1, 0, 1]).argmin() == 5  # of the pixels themselves, too
    assert (y == y.min()).sum() == 1


def test_the_table_of_weights_is_a_band() -> None:
    """Its fourth row begins in the fourth column, and each weight stands in all ten rows."""
    x, w, y = shown("why")
    assert_array_equal(x, shown("features")[0])
    assert w.tolist() == [-1, 0, 1]
    rows = torch.autograd.functional.jacobian(
        lambda row: F.conv1d(row[None, None], torch.tensor(w).float()[None, None])[0, 0],
        torch.tensor(x).float(),
    )
    assert rows.shape == (10, 12)
    assert rows[3].nonzero().ravel().tolist() == [3, 5]
    assert (rows == 1).sum() == 10
    assert_array_equal(rows.numpy() @ x, y)


def test_holes_are_the_inputs_without_a_way() -> None:
    """Below a layer with dilation 2 only dilation 1 leaves none of the first four."""
    without = []
    for dilation in range(1, 5):
        ways = shown("gridding", dilation=f"1,{dilation}")[2]
        reached = {2 * a + dilation * b for a, b in product(range(3), repeat=2)}
        assert {*ways.nonzero()[0].tolist()} == reached
        without += [dilation] * bool(ways.all())
    assert without == [1]
    assert_array_equal(shown("gridding")[0], np.isin(range(5), [0, 2, 4]))


def test_padding_moves_the_middle_of_a_field() -> None:
    """With as much padding as dilation output 0 has input 0 in its middle, and reads 4 besides."""
    has("receptive_field", "A layer of 3 taps has dilation 4 and padding 1.")
    x, _, y = shown("receptive_field")
    assert x.tolist() == [*range(12)]
    assert reads(12, 3, 0, dilation=4, padding=1) == [3, 7]
    assert y[0] == 3 + 7
    assert reads(12, 3, 0, dilation=4, padding=4) == [0, 4]
    assert shown("receptive_field", padding="0,0,4,4")[2][0] == 0 + 4
    middles = {p: reads(20, 3, 4, dilation=4, padding=p)[1] for p in range(5)}
    assert [p for p, middle in middles.items() if middle == 4] == [4]


def test_ones_on_ones_count_the_taps_in_the_picture() -> None:
    """Partial convolution multiplies by 9/4 in the corner of the page, and by 25/9 in the task."""
    has("borders_and_shifts", "ones = torch.ones(1, 1, 5, 5)", "torch.ones(1, 1, 3, 3)")
    y = shown("borders_and_shifts")[2]
    assert {*(9 / y).ravel().tolist()} == {1, 9 / 6, 9 / 4}
    y = shown("borders_and_shifts", kernel_size=5, padding=2)[2]
    assert (y[0, 0], y[2, 2]) == (9, 25)


def test_an_ordinary_pooling_does_what_an_adaptive_one_does() -> None:
    """Of ten numbers in three windows it reads 3 and 6 twice, of nine none."""
    x, _, y = shown("adaptive_pooling")
    assert_allclose(y, F.adaptive_avg_pool1d(torch.tensor(x).double()[None], 3)[0])
    twice = [n for n in range(10) if sum(n in range(o, o + 4) for o in (0, 3, 6)) == 2]
    assert twice == [3, 6]
    x, _, y = shown("adaptive_pooling", size="1,9", kernel_size="1,3", stride="1,3")
    assert y.tolist() == [1, 4, 7]
    assert_allclose(y, F.adaptive_avg_pool1d(torch.tensor(x).double()[None], 3)[0])


def test_errors_on_inputs_are_the_slopes() -> None:
    """Both slopes are negative, so both weights grow; the fourth error meets an input of 0."""
    has(
        "gradient_descent",
        "x = np.array([1.0, 3, 2, 0, -1, 1, 2, 0])",
        "secret = np.array([2.0, -1",
    )
    x, w, y = shown("gradient_descent")
    weight = torch.tensor([[[-1.0, -2.0]]], dtype=torch.float64, requires_grad=True)
    row = torch.tensor(x).double()[None, None]
    wanted = F.conv1d(row, torch.tensor([[[2.0, -1.0]]]).double())
    out = F.conv1d(row, weight)
    F.mse_loss(out, wanted).backward()
    assert_array_equal((out - wanted).detach()[0, 0], w)
    assert_allclose(2 / 7 * y, weight.grad[0, 0])
    assert (y < 0).all()
    assert (sliding_window_view(x, 7)[0] == 0).nonzero()[0].tolist() == [3]
    assert w[3] == 1


def test_ways_through_layers_add_up() -> None:
    """Three layers have seven inputs, which the output of two layers gives."""
    y = shown("effective_field")[2]
    ways = ",".join(map(str, y))
    again = shown("effective_field", size="1,5", input=ways)[2]
    for count, depth in ((y, 2), (again, 3)):
        x = torch.zeros(1, 1, 2 * depth + 1, requires_grad=True)
        out = x
        for _ in range(depth):
            out = F.conv1d(out, torch.ones(1, 1, 3))
        out.sum().backward()
        assert_array_equal(count, x.grad[0, 0])


def test_a_transposed_layer_has_its_products_at_the_input() -> None:
    """48 of them, whatever the stride."""
    has("costs", "cost_table(ConvTranspose(3, 1, 2, stride=2), (2, 2))")
    for stride in (1, 2):
        y = shown("costs", stride=stride)[2]
        ones = torch.ones(1, 3, 2, 2), torch.ones(3, 1, 2, 2)
        assert_array_equal(y, F.conv_transpose2d(*ones, stride=stride)[0, 0])
        assert y.sum() == 48
    assert shown("costs", stride=1)[2].shape == (3, 3)


def test_what_is_read_with_zeros_only_does_not_come_back() -> None:
    """The first and the last pixel of each row, unless the rows are padded by one."""
    has("round_trip", "[0, -1, 0], [1, 1]", "(3, 4))")
    for padding, missing in (("0", [0, 3]), ("0,0,1,1", [])):
        x, w, y = shown("round_trip", padding=padding)
        sides = (0, 1) if padding != "0" else 0
        kernel = torch.tensor(w).reshape(1, 1, 1, 3)
        back = F.conv_transpose2d(torch.tensor(y)[None, None], kernel, padding=sides)[0, 0]
        assert [c for c in range(4) if not back[:, c].any()] == missing
        kept = [c for c in range(4) if c not in missing]
        assert_array_equal(back[:, kept], x[:, kept])


def test_the_new_sample_is_the_end_of_the_last_stamp_or_nothing() -> None:
    """With four taps the 2 reaches it; with two, without padding, none does."""
    has("unet_sizes", "x = torch.tensor([[[1.0, 2.0]]])", "[(2, 0), (4, 1)]")
    x, _, y = shown("unet_sizes")
    assert x.tolist() == [1, 2]
    shorter = shown("unet_sizes", output_padding=0)[2]
    assert_array_equal(y[:-1], shorter)
    assert y[-1] == x[1]
    bare = {"kernel_size": "1,2", "padding": 0}
    assert shown("unet_sizes", **bare)[2].tolist() == [1, 1, 2, 2, 0]


def test_interpolation_is_a_stamp_of_quarters() -> None:
    """The outputs in the middle are those of linear interpolation, times four."""
    has("ways_up", "row = torch.tensor([[[1.0, 5, 2, 4]]])", "(0.25, 0.75, 0.75, 0.25)")
    x, _, y = shown("ways_up")
    row = torch.tensor(x).double()[None, None]
    assert_array_equal(y, F.interpolate(row, scale_factor=2, mode="nearest")[0, 0])
    stamp = {"kernel_size": "1,4", "padding": "0,0,1,1", "weight": "1,3,3,1"}
    y = shown("ways_up", **stamp)[2]
    linear = F.interpolate(row, scale_factor=2, mode="linear")[0, 0].numpy()
    assert_allclose(y[2:-2] / 4, linear[2:-2])
    assert_allclose(linear[2:-2], np.interp([0.75, 1.25, 1.75, 2.25], range(4), x))


def test_a_circle_adds_the_last_answers_to_the_first() -> None:
    """The thirteenth to the first, and the fourteenth to the second."""
    has("ways_to_compute", "rng.integers(-9, 10, (2, 3, 10, 12))", "row, taps = x[0, 0, 0]")
    rng = np.random.default_rng(0)
    row = rng.integers(-9, 10, (2, 3, 10, 12))[0, 0, 0]
    taps = rng.integers(-9, 10, (4, 3, 3, 3))[0, 0, 0]
    x, w, y = shown("ways_to_compute")
    assert_array_equal(x, row)
    assert_array_equal(w, taps)
    assert_array_equal(y, np.convolve(row, taps))
    circle = shown("ways_to_compute", padding="0,0,2,0", padding_mode="circular")[2]
    assert_array_equal(circle, y[:12] + np.pad(y[12:], (0, 10)))
    assert_allclose(np.fft.irfft(np.fft.rfft(row) * np.fft.rfft(taps, 12), 12), circle, atol=1e-9)


def test_the_map_of_a_pointwise_kernel_has_one_sum_a_cell() -> None:
    """A number of the second channel has a part in one number of the map, with weight -1."""
    has("common_mistakes", "torch.tensor([3, -1, 2]), torch.arange(24).reshape(3, 2, 4)")
    x, w, y = shown("common_mistakes")
    assert_array_equal(x.ravel(), range(24))
    assert_array_equal(w, [3, -1, 2])
    assert y[0, 0] == 3 * 0 - 1 * 8 + 2 * 16 == 24
    x[1, 1, 2] += 5
    other = shown("common_mistakes", input=",".join(map(str, x.ravel())))[2]
    assert (other - y)[1, 2] == -5
    assert (other != y).sum() == 1


def test_the_last_zero_is_read_by_nobody_if_the_size_is_even() -> None:
    """Of 8 samples and four zeros; with 7 samples all are read. And *same* is refused."""
    has("error_messages", "zip(axes, (8, 7), strict=True)")
    x, _, y = shown("error_messages")
    assert x.tolist() == [*range(1, 9)]
    for width, unread in ((8, [11]), (7, [])):
        places = {2 * o + tap for o, tap in product(range(4), range(5))}
        assert [n for n in range(width + 4) if n not in places] == unread
        values = ",".join(map(str, range(1, width + 1)))
        y = shown("error_messages", size=f"1,{width}", input=values)[2]
        row = torch.arange(1.0, width + 1)[None, None]
        assert_array_equal(y, F.conv1d(row, torch.ones(1, 1, 5), stride=2, padding=2)[0, 0])
        assert len(y) == 4
    with pytest.raises(ValueError, match="stride"):
        shown("error_messages", padding="same")
