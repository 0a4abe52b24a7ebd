"""What each padding mode reads outside the input, against torch.nn.functional.pad."""

import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from convdocs.padding_mode import MODES, require_mode, source

SIDE = st.integers(0, 7)


@settings(max_examples=300)
@given(st.integers(1, 6), SIDE, SIDE, st.sampled_from(MODES))
def test_a_position_reads_what_pytorch_puts_there(n: int, before: int, after: int, m: str) -> None:
    """The numbers of the samples agree, zero for none, and so do the refusals."""
    numbered = torch.arange(1.0, n + 1).reshape(1, 1, n)
    name = "constant" if m == "zeros" else m
    try:
        padded = F.pad(numbered, (before, after), mode=name)[0, 0].tolist()
    except RuntimeError:
        with pytest.raises(ValueError, match="fills at most"):
            require_mode(m, (before, after), n)
        with pytest.raises(ValueError, match="fills at most"):
            [source(i, n, m) for i in range(-before, n + after)]
        return
    require_mode(m, (before, after), n)
    reads = [source(i, n, m) for i in range(-before, n + after)]
    assert [0 if i is None else i + 1 for i in reads] == padded


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0, 4, "wrap"), ValueError, "padding_mode must be one of zeros, reflect, replicate, "
         "circular (padding_mode='wrap')"),
        ((0, 4, 3), ValueError, "padding_mode must be one of"),
        ((0, 4, ["zeros"]), ValueError, "padding_mode must be one of"),
        ((0.0, 4), TypeError, "position must be an integer (position=0.0)"),
        ((0, 0), ValueError, "input_size must be at least 1 (input_size=0)"),
        ((-4, 4, "reflect"), ValueError, "padding_mode 'reflect' fills at most 3 samples on a "
         "side here (padding=(4, 0), input_size=4)"),
        ((3, 2, "reflect"), ValueError, "fills at most 1 sample on a side here (padding=(0, 2)"),
        ((3, 1, "circular"), ValueError, "padding_mode 'circular' fills at most 1 sample on a "
         "side here (padding=(0, 3), input_size=1)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(arguments: Any, error: Any, words: str) -> None:
    """The message tells the mode, how far it reaches, and every number."""
    with pytest.raises(error, match=re.escape(words)):
        source(*arguments)
