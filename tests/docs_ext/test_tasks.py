"""The tasks above the explorers: their numbers are the page's, and what they let predict is so."""

import json
import re
from itertools import product

import contents
import numpy as np
import pytest
import still
import torch
import torch.nn.functional as F
import view
from numpy.lib.stride_tricks import sliding_window_view
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits
from torch.utils.flop_counter import FlopCounterMode

from convdocs import images, kernels
from convdocs.learning.network import to_batch

PAGES = {name.rpartition("plot_")[2]: found for name, found in contents.explorers().items()}
TEXTS = {
    script.stem.removeprefix("plot_"): (contents.ROOT / script).read_text("utf-8")
    for script in contents.SCRIPTS
}


def shown(page: str, **changed: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give input, kernel and output of a page's explorer, with some of its settings changed."""
    state = dict(part.split("=") for part in view.split(PAGES[page][0])[0].split("&"))
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


def test_every_lesson_has_an_explorer_that_one_can_serve() -> None:
    """Two are about what it does not have: files of pictures, and numbers of 32 bits."""
    assert {*TEXTS} - {*PAGES} == {"pictures_in", "last_digits"}


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


def test_a_pixel_is_heard_by_later_ones_alone() -> None:
    """By four with the first layer's mask, and with the later ones' by its own output too."""
    has("masks", "grid < 5", "grid <= 5")
    x, w, y = shown("masks")
    assert (np.argwhere(x).tolist(), w.ravel().tolist()) == ([[2, 2]], [1, 1, 1, 1, 0, 0, 0, 0, 0])
    assert np.argwhere(y).tolist() == [[2, 3], [3, 1], [3, 2], [3, 3]]
    answers = F.conv2d(torch.tensor(x)[None, None], torch.tensor(w)[None, None], padding=1)
    assert_array_equal(y, answers[0, 0])
    kept = shown("masks", weight="1,1,1,1,1,0,0,0,0")[2]
    assert np.argwhere(kept != y).tolist() == [[2, 2]]


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
    has("unet_sizes", "x = torch.tensor([[[1.0, 2.0]]])", "(4, 2, 0), (4, 2, 1), (4, 4, 1)]")
    x, _, y = shown("unet_sizes")
    assert x.tolist() == [1, 2]
    shorter = shown("unet_sizes", output_padding=0)[2]
    assert_array_equal(y[:-1], shorter)
    assert y[-1] == x[1]
    bare = {"kernel_size": "1,2", "padding": 0}
    assert shown("unet_sizes", **bare)[2].tolist() == [1, 1, 2, 2, 0]


def test_weights_that_meet_in_equal_sums_leave_no_checkerboard() -> None:
    """Ones reach cells one, two or four at a time; the solution, by itself, fills all alike."""
    has("checkerboards", "torch.tensor([[[1.0, 2.0, 1.0]]]), stride=2")
    assert {*shown("checkerboards")[2][1:-1, 1:-1].ravel()} == {1, 2, 4}
    square = "1 2 1, 2 4 2, 1 2 1"
    assert square in PAGES["checkerboards"][1]
    mended = shown("checkerboards", weight=",".join(re.findall(r"\d", square)))[2]
    assert {*mended[1:-1, 1:-1].ravel()} == {4}


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
    """A number of the second channel has a part in one number of the map, with weight -2."""
    has("common_mistakes", "torch.tensor([3, -1, 2]), torch.arange(24).reshape(3, 2, 4)")
    x, w, y = shown("common_mistakes")
    assert_array_equal(x.ravel(), range(24))
    assert_array_equal(w, [1, -2, 1])
    assert (y == 0 - 2 * 8 + 16).all()
    x[1, 1, 2] += 5
    other = shown("common_mistakes", input=",".join(map(str, x.ravel())))[2]
    assert (other - y)[1, 2] == -2 * 5
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


def test_the_two_zeros_of_the_ramp_read_the_bar_alone() -> None:
    """The page's bar with one dark pixel less at either end, and its ramp doubled."""
    has("four_filters", "bar = np.array([[0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0]])")
    bar = np.array([0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0])[1:-1]
    x, w, y = shown("four_filters")
    assert_array_equal(x, np.tile(bar, (5, 1)))
    assert_array_equal(w, 2 * kernels.oriented_ramps()[0])
    (zeros,) = (y == 0).nonzero()
    assert len(zeros) == 2
    assert all((bar[o : o + 5] == 9).all() for o in zeros)
    x[2, 6] = 0  # read by both, by the one in its third and by the other in its second column
    darker = shown("four_filters", input=",".join(map(str, x.ravel())))[2]
    assert [darker[o] for o in zeros] == [-9 * w[2, 6 - o] for o in zeros]


def test_the_kernel_turns_round_an_impulse_or_stays() -> None:
    """A kernel that reads the same turned makes no difference."""
    has("flip", "kernel = np.arange(1, 10).reshape(3, 3)")
    x, w, y = shown("flip")
    assert (np.argwhere(x) == [[2, 2]]).all()
    assert x.sum() == 1
    assert_array_equal(w.ravel(), range(1, 10))
    assert_array_equal(y, w)
    assert_array_equal(shown("flip", operation="cross_correlate")[2], np.flip(w))
    same = {"weight": "1,2,3,4,5,4,3,2,1"}
    turned = shown("flip", operation="cross_correlate", **same)[2]
    assert_array_equal(shown("flip", **same)[2], turned)


def test_one_weight_decides_what_the_flip_does() -> None:
    """One change has it turn every sign, and two make it do nothing."""
    has("cross_correlation", "np.array([3, 1, 4, 1, 5, 9, 2, 6]), np.array([1, 2, -1])")
    x, w, y = shown("cross_correlation")
    assert (x.tolist(), w.tolist()) == ([3, 1, 4, 1, 5, 9, 2, 6], [1, 2, -1])
    assert_array_equal(y, np.convolve(x, w, "valid"))
    found = {1: set(), -1: set()}
    for place, weight in product(range(3), range(-9, 10)):
        changed = w.copy()
        changed[place] = weight
        pair = (f(x, changed, "valid").tolist() for f in (np.convolve, np.correlate))
        convolved, correlated = pair
        for sign, kernels_found in found.items():
            if correlated == [sign * n for n in convolved]:
                kernels_found.add(tuple(changed.tolist()))
    assert found == {-1: {(1, 0, -1)}, 1: {(1, 2, 1), (-1, 2, -1)}}
    other = shown("cross_correlation", operation="cross_correlate", weight="1,0,-1")[2]
    assert_array_equal(other, -shown("cross_correlation", weight="1,0,-1")[2])


def test_one_weight_makes_the_smallest_cell_the_largest() -> None:
    """Of the 27 only the red one at the right of the middle row, if it is less than -3."""
    x, w, y = shown("by_hand")
    assert y[0, 0] < np.delete(y.ravel(), 0).min()
    windows = sliding_window_view(x, (3, 3), (1, 2))
    assert_array_equal(np.einsum("cijkl,ckl->ij", windows, w), y)
    able = []
    for place in np.ndindex(3, 3, 3):
        channel, row, column = place
        for weight in range(-99, 100):
            moved = y + (weight - w[place]) * windows[channel, :, :, row, column]
            if moved[0, 0] > np.delete(moved.ravel(), 0).max():
                able.append((place, weight))
    assert able == [((0, 1, 2), weight) for weight in range(-99, -3)]
    w[0, 1, 2] = -4
    changed = shown("by_hand", weight=",".join(map(str, w.ravel())))[2]
    assert changed.argmax() == 0


def test_what_is_not_the_largest_can_be_lowered() -> None:
    """In max pooling all but the four largest, in average pooling none."""
    grid = "[[0, 2, 1, 1], [3, 7, 0, 6], [5, 6, 2, 0], [1, 8, 5, 9]]"
    has("pooling", f"grid = np.array({grid})")
    x, _, y = shown("pooling")
    assert_array_equal(x, json.loads(grid))
    assert_array_equal(y, F.max_pool2d(torch.tensor(x).double()[None], 2)[0])
    mean = shown("pooling", operation="avg_pool")[2]
    free = {"max_pool": 0, "avg_pool": 0}
    for place in np.ndindex(4, 4):
        lower = x.copy()
        lower[place] -= 1
        for operation, before in (("max_pool", y), ("avg_pool", mean)):
            text = ",".join(map(str, lower.ravel()))
            after = shown("pooling", operation=operation, input=text)[2]
            free[operation] += np.array_equal(after, before)
    assert free == {"max_pool": 12, "avg_pool": 0}


def test_a_pointwise_kernel_can_pick_a_channel() -> None:
    """The page's inputs are four times as large, its weights a quarter."""
    has("pointwise", "weights = np.array([1.0, 0.5, 0.25, -1.0])")
    x, w, y = shown("pointwise")
    assert_array_equal(w / 4, [1.0, 0.5, 0.25, -1.0])
    assert_array_equal(y, np.tensordot(w, x, axes=1))
    assert_array_equal(shown("pointwise", weight="0,0,1,0")[2], x[2])


def test_stamps_meet_in_a_cross() -> None:
    """Two on the middle lines, four in the centre; three apart they meet nowhere."""
    has("scatter", "x = np.array([[1, 2], [3, 4]])", "kernel = np.arange(1, 10).reshape(3, 3)")
    x, w, y = shown("scatter")
    assert_array_equal(x, [[1, 2], [3, 4]])
    assert_array_equal(w.ravel(), range(1, 10))
    for stride, size, counts in ((2, 5, {1, 2, 4}), (3, 6, {1})):
        ones = torch.ones(1, 1, 2, 2), torch.ones(1, 1, 3, 3)
        stamps = F.conv_transpose2d(*ones, stride=stride)[0, 0]
        assert stamps.shape == shown("scatter", stride=stride)[2].shape == (size, size)
        assert {*stamps.ravel().tolist()} == counts
        if stride == 2:
            assert (stamps == 4).nonzero().tolist() == [[2, 2]]
            assert ((stamps == 2).sum(), y[2, 2]) == (8, 1 * 9 + 2 * 7 + 3 * 3 + 4 * 1)


def test_output_padding_keeps_sums_or_adds_nothing() -> None:
    """With padding 1 the kept row and column hold sums; without, no stamp reaches them."""
    has("output_padding", "[[[[1, 2], [3, 4]]]]), torch.arange(1, 10).reshape(1, 1, 3, 3)")
    x, w, y = shown("output_padding")
    assert_array_equal(x, [[1, 2], [3, 4]])
    assert_array_equal(w.ravel(), range(1, 10))
    given = torch.tensor(x)[None, None].double(), torch.tensor(w)[None, None].double()
    for padding in (1, 0):
        y = shown("output_padding", padding=padding)[2]
        theirs = F.conv_transpose2d(*given, None, 2, padding, 1)[0, 0]
        assert_array_equal(y, theirs)
        assert {bool(y[-1].any()), bool(y[:, -1].any())} == {padding == 1}


def test_a_row_of_the_matrix_reads_what_its_output_reads() -> None:
    """The third row is the window one down; of 16 rows the even places of both axes are left."""
    has("as_a_matrix", "np.arange(16).reshape(4, 4), np.arange(1, 10).reshape(3, 3)")
    x, w, _ = shown("as_a_matrix")
    assert_array_equal(x.ravel(), range(16))
    assert_array_equal(w.ravel(), range(1, 10))
    kernel = torch.tensor(w)[None, None].double()
    leaf = torch.tensor(x)[None].double().requires_grad_()
    F.conv2d(leaf[None], kernel).ravel()[2].backward()
    assert leaf.grad.ravel().nonzero().ravel().tolist() == [4, 5, 6, 8, 9, 10, 12, 13, 14]
    full = shown("as_a_matrix", padding=1)[2]
    assert full.size == 16
    assert_array_equal(shown("as_a_matrix", padding=1, stride=2)[2], full[::2, ::2])


def test_slopes_come_back_as_stamps() -> None:
    """The page's slopes and weights; the 5 is -1 times -3 and 2 times 1."""
    has("backward", "np.array([3, 1, 4, 1, 5, 9, 2, 6]), np.array([1, 2, -3])")
    has("backward", "arriving = np.array([1, -1, 2])")
    x, w, y = shown("backward")
    assert (x.tolist(), w.tolist()) == ([1, -1, 2], [1, 2, -3])
    for stride in (2, 3):
        found = shown("backward", stride=f"1,{stride}")[2]
        leaf = torch.zeros(1, 1, len(found), dtype=torch.float64, requires_grad=True)
        answer = F.conv1d(leaf, torch.tensor(w)[None, None].double(), stride=stride)
        answer.backward(torch.tensor(x)[None, None].double())
        assert_array_equal(leaf.grad[0, 0], found)
    assert (y == 5).nonzero()[0].tolist() == [4]
    assert y[4] == -1 * -3 + 2 * 1


def test_stamps_of_ones_count_windows() -> None:
    """On the page's 5 x 5 cells, and with larger steps as PyTorch counts them."""
    has("matmul", "ones = np.ones((1, 1, 5, 5), int)")
    for stride in (1, 2, 3):
        y = shown("matmul", stride=stride)[2]
        size = 2 * stride + 3
        columns = F.unfold(torch.ones(1, 1, size, size), 3, stride=stride)
        counts = F.fold(columns, (size, size), 3, stride=stride)[0, 0]
        assert_array_equal(y, counts)
    assert shown("matmul")[2].shape == (5, 5)


def test_two_stamps_meet_left_of_the_middle() -> None:
    """The page's map and kernel, in steps of two."""
    has("deconvolution", "[[2.0, -1, 0], [3, 4, -2], [1, 0, 5]]")
    has("deconvolution", "[[1.0, 2, 1], [0, 3, -1], [2, 0, 1]]")
    x, w, y = shown("deconvolution")
    assert_array_equal(x, [[2, -1, 0], [3, 4, -2], [1, 0, 5]])
    assert_array_equal(w, [[1, 2, 1], [0, 3, -1], [2, 0, 1]])
    given = torch.tensor(x)[None, None].double(), torch.tensor(w)[None, None].double()
    assert_array_equal(y, F.conv_transpose2d(*given, stride=2)[0, 0])
    assert (y[3, 3], y[3, 2]) == (4 * 3, 3 * -1 + 4 * 0)


def stack(page: str, **changed: int) -> tuple[torch.nn.Sequential, torch.Tensor]:
    """Build an explorer's layers with weights of ones, which look at all that they can.

    Poolings take the mean, so that slopes tell all that an output depends on.
    """
    state = still.read(view.split(PAGES[page][0])[0]) | changed

    def conv(ins: int, outs: int, k: int, s: int = 1, p: int = 0) -> torch.nn.Module:
        layer = torch.nn.Conv2d(ins, outs, k, s, p, bias=False).double()
        torch.nn.init.ones_(layer.weight)
        return layer

    def pool(k: int) -> torch.nn.Module:
        return torch.nn.AvgPool2d(k)

    first = (state[name][0] for name in ("kernel_size", "stride", "padding"))
    layers = [conv(state["in_channels"], state["out_channels"], *first)]
    for text in state["then"].split(","):
        kind, *words = text.split("+")
        channels = [int(word) for word in words if word.isdigit()]
        sizes = {word[0]: int(word[1:]) for word in words if word[1:].isdigit()}
        make = {"conv": conv, "maxpool": pool, "relu": torch.nn.ReLU}
        layers.append(make[kind](*channels, **sizes))
    return torch.nn.Sequential(*layers), torch.ones(
        1, state["in_channels"], *state["size"]
    ).double()


def seen(layers: torch.nn.Module, x: torch.Tensor, row: int, column: int) -> list[tuple[int, int]]:
    """Give the pixels that an output depends on."""
    leaf = x.clone().requires_grad_()
    layers(leaf)[0, 0, row, column].backward()
    return [(r, c) for r, c in leaf.grad[0, 0].nonzero().tolist()]


def extent(pixels: list[tuple[int, int]]) -> tuple[int, int]:
    """Count rows and columns, of a block without holes."""
    rows, columns = ({place[axis] for place in pixels} for axis in (0, 1))
    assert len(pixels) == len(rows) * len(columns)
    return len(rows), len(columns)


def test_a_last_number_of_two_layers_sees_16_pixels_each_way() -> None:
    """And 10 with kernels of 3 x 3; the sizes are those of the page's stages on 20 x 20."""
    has("two_layers", "((16, 16), (4, 4), (0, 0))")
    layers, x = stack("two_layers")
    sizes = [layers[:n](x).shape[-1] for n in range(1, 7)]
    assert sizes == [16, 16, 8, 4, 4, 2]
    x_drawn, w, y = shown("two_layers")
    assert (x_drawn.shape, y.shape) == ((20, 20), (16, 16))
    assert_array_equal(w, 2 * kernels.oriented_ramps()[0])
    assert extent(seen(layers, x, 0, 1)) == (16, 16)
    state, _ = PAGES["two_layers"]
    then = view.split(state)[0].partition("then=")[2].replace("k5", "k3")
    smaller, x = stack("two_layers", kernel_size=[3, 3], then=then)
    assert extent(seen(smaller, x, 0, 0)) == (10, 10)
    assert [smaller[:n](x).shape[-1] for n in (1, 3, 4, 6)] == [18, 9, 7, 3]


def test_neighbours_with_stride_two_share_fifteen_columns() -> None:
    """Of 23 each, 8 apart; if the first convolution moves in steps of 1, of 14, 4 apart."""
    has("stride_network", "[(14, 14), (23, 23)]", "[(2, 2), (8, 8)]")
    for stride, size, step in ((2, 23, 8), (1, 14, 4)):
        layers, x = stack("stride_network", stride=[stride, stride])
        here, there = (seen(layers, x, 0, column) for column in (0, 1))
        assert extent(here) == extent(there) == (size, size)
        assert min(there)[1] - min(here)[1] == step
    assert 23 - 8 == 15


def test_a_grid_and_its_negative_add_up_to_what_has_no_sign() -> None:
    """After ReLU; their difference is the grid, and biases of 8 and 7 leave nothing to do."""
    grid = "[[3, -1, 0, 5], [-2, 4, -6, 1], [7, -3, 2, -8]]"
    has("relu", f"grid = torch.tensor({grid})")
    x, _, y = shown("relu")
    assert_array_equal(x, json.loads(grid))
    one, other = torch.tensor(y).relu().numpy()
    assert_array_equal(one + other, abs(x))
    assert_array_equal(one - other, x)
    for least, answers in zip((8, 7), y, strict=True):
        assert next(b for b in range(10) if (answers + b >= 0).all()) == least


def test_a_number_behind_pooling_sees_sixteen_pixels_of_a_digit() -> None:
    """Nine in the corner, where padding takes the place of the others."""
    has("digits", "nn.Conv2d(1, 8, 3, padding=1)", "nn.MaxPool2d(2)")
    assert_array_equal(shown("digits")[0], load_digits().images[0])
    layers, x = stack("digits")
    assert layers(x).shape == (1, 1, 4, 4)
    assert [len(seen(layers, x, *place)) for place in ((1, 2), (0, 0), (3, 3))] == [16, 9, 9]


def test_a_turned_ramp_answers_what_its_parts_answer() -> None:
    """Three times the one less four times the other, at every place; and turned further."""
    has("what_it_learned", "turned = F.normalize(3 * right - 4 * down, dim=0)")
    x, w, y = shown("what_it_learned")
    assert_array_equal(x, load_digits().images[0])
    assert_array_equal(w[:2], 2 * kernels.oriented_ramps()[[0, 2], 1:4, 1:4])
    assert_array_equal(w[2], 3 * w[0] - 4 * w[1])
    assert_array_equal(y[2], 3 * y[0] - 4 * y[1])
    further = np.stack([w[0], w[1], 4 * w[0] + 3 * w[1]])
    text = ",".join(f"{n:g}" for n in further.ravel())
    assert_array_equal(shown("what_it_learned", weight=text)[2][2], 4 * y[0] + 3 * y[1])


def test_pooling_forgets_a_little_of_the_place() -> None:
    """A pixel moves: 12 numbers of the map change, 4 behind the pooling, and the largest stays."""
    has("shifted_digits", "np.outer([1, 2, 1], [1, 2, 1]) / 16")
    x, w, y = shown("shifted_digits")
    assert_array_equal(w, np.outer([1, 2, 1], [1, 2, 1]))
    ((row, column),) = np.argwhere(x)
    moved = np.zeros_like(x)
    moved[row, column + 1] = x[row, column]
    after = shown("shifted_digits", input=",".join(map(str, moved.ravel())))[2]
    assert ((after != y).sum(), x.sum()) == (12, 1)
    pooled = [F.max_pool2d(torch.tensor(one).double()[None], 2)[0] for one in (y, after)]
    assert (pooled[0] != pooled[1]).sum() == 4
    assert pooled[0].argmax() == pooled[1].argmax()


def test_equal_kernels_part_when_one_weight_is_changed() -> None:
    """In all 36 numbers of its own map, and nowhere else; no input tells the others apart."""
    has("first_weights", "nn.init.constant_(hidden.weight, 0.1)", "nn.Conv2d(1, 4, 3, bias=False)")
    _, w, y = shown("first_weights")
    assert (w == 0.1).all()
    assert (y == y[0]).all()
    w[1, 0, 0] = 0.5
    after = shown("first_weights", weight=",".join(map(str, w.ravel())))[2]
    assert [(one != other).sum() for one, other in zip(after, y, strict=True)] == [0, 36, 0, 0]
    any_input = shown("first_weights", input="random-3", weight=",".join(map(str, w.ravel())))[2]
    assert_array_equal(any_input[0], any_input[2])
    assert_array_equal(any_input[0], any_input[3])


def test_the_detour_of_four_maps_pays_up_to_three_filters() -> None:
    """As PyTorch counts, two operations for each MAC."""
    has("pointwise_cost", "64 maps of 28 x 28")

    def macs(*layers: torch.nn.Module) -> float:
        with FlopCounterMode(display=False) as counter:
            torch.nn.Sequential(*layers)(torch.ones(1, 4, 28, 28))
        return counter.get_total_flops() / 2

    def conv(*sizes: int, **settings: int) -> torch.nn.Module:
        return torch.nn.Conv2d(*sizes, **settings, bias=False)

    direct = macs(conv(4, 4, 3, padding=1))
    assert direct == 112_896
    detour = [macs(conv(4, n, 1), conv(n, 4, 3, padding=1)) for n in range(1, 5)]
    assert [n for n, cost in enumerate(detour, 1) if cost < direct] == [1, 2, 3]
    layers, x = stack("pointwise_cost")
    assert [tuple(part.weight.shape) for part in layers] == [(1, 4, 1, 1), (4, 1, 3, 3)]
    assert macs(*layers.float()) == detour[0]
    assert x.shape == (1, 4, 28, 28)


def test_a_quarter_of_the_neighbours_sharpens_the_blur() -> None:
    """At sixteen places within a fifth of the pixel; one kernel does it at once."""
    has("recovered_by_learning", "blur = np.outer([1, 2, 1], [1, 2, 1]) / 16", "LAPLACIAN])")
    x, w, y = shown("recovered_by_learning")
    grey = to_batch(images.load("panda")).mean(1)[0].numpy()
    assert_array_equal(x, (grey[84:91, 62:69] * 9.99).astype(int))
    assert_allclose(w[0], np.outer([1, 2, 1], [1, 2, 1]) / 16)
    assert_array_equal(w[1], kernels.LAPLACIAN)
    sharp = y[0] - y[1] / 4
    assert np.abs(sharp - x[::2, ::2]).max() < 0.2
    at_once = np.stack([w[0] - w[1] / 4, w[1]])
    text = ",".join(f"{16 * n:g}/16" for n in at_once.ravel())
    assert_allclose(shown("recovered_by_learning", weight=text)[2][0], sharp)


def test_a_dark_patch_is_found_without_its_mean() -> None:
    """With it the brightest window wins."""
    has("template_matching", "top, left, height, width = 72, 46, 40, 36")
    row = np.array(images.load("panda").convert("L"), float)[92, 32:80:4] / 255
    x, w, y = shown("template_matching")
    assert_array_equal(x, (99 * row).round())
    assert_array_equal(w, x[5:8])
    assert all(46 <= 32 + 4 * n < 46 + 36 for n in (5, 6, 7))
    assert y.argmax() == 0
    text = ",".join(f"{n:g}" for n in w - w.mean())
    assert text == "-2,0,2"
    assert shown("template_matching", weight=text)[2].argmax() == 5
