"""What the code of a page may not do, because a check could then no longer fail."""

import ast
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sitebuild import page_code

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("examples/*/plot_*.py"), *ROOT.glob("docs/explanation/plot_*.py")])
PARTS = ast.Match | ast.MatchOr | ast.BoolOp | ast.Set | ast.Tuple
HEAD = "import numpy as np\nimport warnings\nfrom numpy.testing import assert_allclose\n"

DECIDED = "its own text decides"
HIDES = "hides a check that fails"
ITSELF = "compares a thing with itself"
DROPS = "drops the answer"
QUIET = "silences warnings"
TOOL = "with which checks can be switched off"

# The code, words of the message, and the line below HEAD where it stands.
REFUSED = [
    ("if False:\n    assert x == 2", DECIDED, 1),
    ("if 0:\n    assert x == 2", DECIDED, 1),
    ("if not 1:\n    assert x == 2", DECIDED, 1),
    ("if x and False:\n    assert x == 2", DECIDED, 1),
    ("if x:\n    pass\nelif 1 > 2:\n    assert x == 2", DECIDED, 3),
    ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    assert x", DECIDED, 2),
    ("import typing\nif typing.TYPE_CHECKING:\n    assert x", DECIDED, 2),
    ("if __debug__:\n    assert x", DECIDED, 1),
    ("thorough = False\nif thorough:\n    assert x == 2", DECIDED, 2),
    ("while False:\n    assert x == 2", DECIDED, 1),
    ("while not True:\n    assert x == 2", DECIDED, 1),
    ("y = [assert_allclose(a, 0) for a in x if False]", DECIDED, 1),
    ("y = assert_allclose(x, 0) if False else None", DECIDED, 1),
    ("assert True", DECIDED, 1),
    ("assert 1 == 1", DECIDED, 1),
    ("assert 'valid' in 'valid, same'", DECIDED, 1),
    ("assert (x == 2, 'x is two')", DECIDED, 1),
    ("assert [x == 2]", DECIDED, 1),
    ("assert {x}", DECIDED, 1),
    ("assert {'x': x}", DECIDED, 1),
    ("assert (a == 2 for a in x)", DECIDED, 1),
    ("assert lambda: x == 2", DECIDED, 1),
    ("assert f'{x} is two'", DECIDED, 1),
    ("assert x == 2 or True", DECIDED, 1),
    ("assert x == 2 or 'x is two'", DECIDED, 1),
    ("assert (y := True)", DECIDED, 1),
    ("assert x == 2 if x else True", DECIDED, 1),
    ("assert 1 if x else x == 2", DECIDED, 1),
    ("fine = True\nassert fine", DECIDED, 2),
    ("for a in []:\n    assert a == x", "loops over nothing", 1),
    ("for a in ():\n    assert a == x", "loops over nothing", 1),
    ("for a in range(0):\n    assert a == x", "loops over nothing", 1),
    ("for a in range(3, 3):\n    assert a == x", "loops over nothing", 1),
    ("for a in '':\n    assert a == x", "loops over nothing", 1),
    ("for a in {}:\n    assert a == x", "loops over nothing", 1),
    ("assert all(a == x for a in [])", "loops over nothing", 1),
    ("assert x == x", ITSELF, 1),
    ("assert x[0].sum == x[0].sum", ITSELF, 1),
    ("assert 0 <= x <= x", ITSELF, 1),
    ("assert (x == x).all()", ITSELF, 1),
    ("assert np.array_equal(x, x)", ITSELF, 1),
    ("assert np.allclose(x, x, atol=1)", ITSELF, 1),
    ("assert_allclose(x.T, x.T)", ITSELF, 1),
    ("try:\n    assert x == 2\nexcept:\n    pass", HIDES, 3),
    ("try:\n    assert x == 2\nexcept AssertionError:\n    pass", HIDES, 3),
    ("try:\n    f(x)\nexcept Exception as error:\n    print(error)", HIDES, 3),
    ("try:\n    f(x)\nexcept BaseException:\n    pass", HIDES, 3),
    ("try:\n    f(x)\nexcept (ValueError, AssertionError):\n    pass", HIDES, 3),
    ("wide = Exception\ntry:\n    f(x)\nexcept wide:\n    pass", HIDES, 4),
    ("try:\n    f(x)\nexcept* Exception:\n    pass", HIDES, 3),
    ("try:\n    f(x)\nexcept ExceptionGroup:\n    pass", HIDES, 3),
    ("try:\n    f(x)\nexcept Exception:\n    if x:\n        raise", HIDES, 3),
    ("try:\n    f(x)\nexcept ValueError:\n    pass\nexcept Exception:\n    pass", HIDES, 5),
    ("for a in x:\n    try:\n        assert a\n    finally:\n        break", "within finally", 2),
    ("try:\n    f(x)\nexcept* OSError:\n    pass\nfinally:\n    x = 1\n    raise x", "finally", 1),
    ("import contextlib\nwith contextlib.suppress(AssertionError):\n    assert x", HIDES, 2),
    ("from contextlib import suppress\nwith suppress(OSError, Exception):\n    f()", HIDES, 2),
    ("import contextlib as c\nwith c.suppress(Exception):\n    assert x", HIDES, 2),
    ("np.allclose(x, 2)", DROPS, 1),
    ("(x == 2).all()", DROPS, 1),
    ("x == 2", DROPS, 1),
    ("any(x)", DROPS, 1),
    ("np.array_equal(x, 2)", DROPS, 1),
    ("from torch import equal as same\nsame(x, 2)", DROPS, 2),
    ("assert_allclose", "does not call it", 1),
    ("warnings.filterwarnings('ignore')", QUIET, 1),
    ("warnings.filterwarnings('ignore', message='an empty slice')", QUIET, 1),
    ("warnings.simplefilter(action='ignore')", QUIET, 1),
    ("from warnings import simplefilter\nsimplefilter('ignore', UserWarning)", QUIET, 2),
    ("import warnings as w\nwith w.catch_warnings(action='ignore'):\n    f(x)", QUIET, 2),
    ("with np.errstate(all='ignore'):\n    f(x)", QUIET, 1),
    ("np.seterr('ignore')", QUIET, 1),
    ("np.allclose = f", "changes numpy.allclose", 1),
    ("np.allclose: object = f", "changes numpy.allclose", 1),
    ("np.testing.assert_allclose = print", "changes numpy.testing.assert_allclose", 1),
    ("del np.allclose", "changes numpy.allclose", 1),
    ("np.pi += 1", "changes numpy.pi", 1),
    ("for np.pi in x:\n    pass", "changes numpy.pi", 1),
    ("with f() as np.pi:\n    pass", "changes numpy.pi", 1),
    ("a, np.pi = 1, 2", "changes numpy.pi", 1),
    ("module = np.testing\nmodule.assert_equal = f", "changes numpy.testing.assert_equal", 2),
    ("import torch.nn.functional as F\nF.conv2d = f", "changes torch.nn.functional.conv2d", 2),
    ("import torch.nn\ntorch.nn.Conv2d.forward = f", "changes torch.nn.Conv2d.forward", 2),
    ("from convdocs import kernels\nkernels.SOBEL_X[0] = 1", "changes convdocs.kernels.SOBEL_X", 2),
    ("import sys\nsys.modules['torch'] = f", "changes sys.modules", 2),
    ("import sys\nsys.excepthook = f", "changes sys.excepthook", 2),
    ("warnings.showwarning = f", "changes warnings.showwarning", 1),
    ("assert_allclose = f", "another meaning: it is numpy.testing.assert_allclose", 1),
    ("def assert_allclose(*_):\n    pass", "gives assert_allclose another meaning", 1),
    ("class assert_allclose:\n    pass", "gives assert_allclose another meaning", 1),
    ("for np in x:\n    pass", "gives np another meaning: it is numpy", 1),
    ("def f(x):\n    global np\n    np = x\nf(3)", "gives np another meaning", 3),
    ("all = print", "gives all another meaning: it is Python's own", 1),
    ("def abs(a):\n    return a", "gives abs another meaning", 1),
    ("import builtins\nbuiltins.abs = f", "changes builtins.abs", 2),
    ("import builtins\nprint(builtins)", TOOL, 2),
    ("from unittest import mock\nwith mock.patch('numpy.allclose'):\n    f()", TOOL, 2),
    ("from unittest.mock import patch\nwith patch('numpy.allclose'):\n    f()", TOOL, 2),
    ("import sys\nsys.modules.pop('torch')", TOOL, 2),
    ("import importlib\nimportlib.import_module('numpy').allclose = f", TOOL, 2),
    ("setattr(np, 'allclose', f)", TOOL, 1),
    ("delattr(np, 'allclose')", TOOL, 1),
    ("type.__setattr__(f, 'a', 1)", TOOL, 1),
    ("np.__dict__['allclose'] = f", TOOL, 1),
    ("vars(np).update(allclose=f)", TOOL, 1),
    ("globals()['assert_allclose'] = print", TOOL, 1),
    ("__builtins__.abs = f", TOOL, 1),
    ("f.__code__ = (lambda *_: True).__code__", TOOL, 1),
    ("exec('np.allclose = f')", TOOL, 1),
    ("__import__('numpy').allclose = f", TOOL, 1),
    ("assert eval('True')", TOOL, 1),
    ("# sphinx_gallery_dummy_images = 2", "sets sphinx_gallery_dummy_images", 1),
    ("#sphinx_gallery_failing_thumbnail = False", "sets sphinx_gallery_failing_thumbnail", 1),
    ("# sphinx_gallery_start_ignore\nx = 1\n# sphinx_gallery_end_ignore", "start_ignore", 1),
    ("x = 1  # sphinx_gallery_thumbnail_number = 2", "behind code", 1),
]  # fmt: skip

# Code that runs, with a check that it does not reach, and the line of the check.
UNREACHED = [
    ("for a in x:\n    continue\n    assert a == 2", 3),
    ("while True:\n    break\n    assert x == 2", 3),
    ("for a in x:\n    if a:\n        continue\n    else:\n        break\n    assert a", 6),
    ("def f(a):\n    return a\n    assert a == 2\nf(x)", 3),
    ("raise SystemExit\nassert x == 2", 2),
    ("import sys\nsys.exit()\nassert x == 2", 3),
    ("try:\n    raise ValueError\n    assert x == 2\nexcept ValueError:\n    pass", 3),
    ("if len(x) > 3:\n    assert x == 2", 2),
    ("if x == [3]:\n    np.testing.assert_equal(\n        x,\n        3,\n    )", 2),
    ("for a in sorted(b for b in x if b < 2):\n    assert a == 1", 2),
    ("def check():\n    assert x == 2", 2),
    ("def check():\n    np.testing.assert_equal(x, 2)", 2),
    ("async def check():\n    assert x == 2", 2),
    ("check = lambda: assert_allclose(x, 2)", 1),
    ("def check(n):\n    assert n\n    check(n - 1)", 2),
    ("def one():\n    assert x\ndef two():\n    one()", 2),
    ("class Net:\n    def check(self):\n        assert x == 2\nNet()", 3),
    ("if len(x) > 3: assert x == 2", 1),
    ("y = assert_allclose(x, 0) if len(x) > 3 else None", 1),
    ("from numpy.testing import assert_equal as same\ny = [same(a, 2) for a in x if a > 2]", 2),
]

# Code whose checks are all reached, however late, and one that must not be.
REACHED = [
    "assert x == [2]",
    "assert (\n    x\n    ==\n    [2]\n), 'x is two'",
    "for a in x:\n    if a == 3:\n        continue\n    assert a",
    "def check(a):\n    assert a == [2]\ncheck(x)",
    "def check(a):\n    assert a == 2\nlist(map(check, x))",
    "check = lambda: assert_allclose(x, 2)\ncheck()",
    "class Net:\n    def __call__(self, a):\n        assert a\nNet()(x)",
    "[\n    np.testing.assert_equal(a, 2)\n    for a in x\n]",
    "def each():\n    for a in x:\n        yield a\n        assert a\nlist(each())",
    "from threading import Thread\ndef check():\n    assert x\nt = Thread(target=check)\n"
    "t.start()\nt.join()",
    "try:\n    int('two')\n    assert False\nexcept ValueError:\n    pass",
]

FINE = [
    "assert x == 2, 'x is two'",
    "assert x.shape == (1, 2) == np.shape(x)",
    "assert (a, b) == (1, 2)",
    "assert [a, b] == list(x)",
    "assert x",
    "assert not x and y",
    "assert np.count_nonzero(x) == 4 * 9 == 36",
    "assert next(x) == next(x)",  # what is called may answer anew
    "assert f(seed=0) == f(seed=0)",
    "assert all(a == 2 for a in x)",
    "assert x == (4 if a else 5)",
    "assert f(x, x) == 2",
    "assert_allclose(x, 2 * x, rtol=0)",
    "debug = f(x)\nif debug:\n    print(x)",
    "fine = True\nfor a in x:\n    fine = fine and a\nassert fine",
    "try:\n    f(x)\nexcept RuntimeError as error:\n    print(error)",
    "try:\n    f(x)\n    assert False\nexcept (ValueError, TypeError) as error:\n    print(error)",
    "try:\n    f(x)\nexcept Exception:\n    print(x)\n    raise",
    "try:\n    f(x)\nexcept np.linalg.LinAlgError:\n    pass\nfinally:\n    print(x)",
    "import contextlib\nwith contextlib.suppress(ValueError):\n    f(x)",
    "while True:\n    x -= 1\n    if x < 2:\n        break",
    "for a in range(2):\n    assert a in x",
    "for a in x:\n    if a:\n        continue\n    assert not a",
    "def show(a):\n    print(a)",  # checks nothing
    "def check(a):\n    assert a == 2\ncheck(x)",
    "def check(a):\n    assert a == 2\nlist(map(check, x))",
    "def one():\n    assert x\ndef two():\n    one()\ntwo()",
    "@f\ndef check(a):\n    assert a == 2",
    "check = lambda: assert_allclose(x, 2)\ncheck()",
    "class Net(f):\n    def forward(self, a):\n        assert a\n        return a\nNet()(x)",
    "class Net:\n    def __call__(self, a):\n        assert a\nNet()(x)",
    "class Net:\n    def sum(self):\n        return 2",
    "warnings.filterwarnings('error')",
    "warnings.simplefilter('always')",
    "with warnings.catch_warnings(record=True) as caught:\n    f(x)\nprint(caught[0].message)",
    "with np.errstate(divide='ignore'):\n    x = 1 / x",
    "import matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 7",
    "import os\nos.environ['OMP_NUM_THREADS'] = '1'",
    "layer = f(x)\nlayer.weight = x\nx[0, 0] = 1\ndel layer.weight",
    "x = np.pi\nx = x + 1\nx = np.ones(3)\nx[0] = 2",
    "np.asarray(x)[0] = 1",
    "input = x\nfilter = input.T\nmap = filter\nfor _ in map:\n    print(x)",
    "f(x).eval()",
    "# sphinx_gallery_thumbnail_number = 2",
    "print('# sphinx_gallery_dummy_images = 1')",
    "print(x == 2)",
    "f'{x}'",
]  # fmt: skip


def a_page(code: str) -> tuple[str, int]:
    """Write a page with some code, and count the lines above it."""
    text = f'"""\nA page\n======\n"""\n\n{HEAD}\n# %%\n# A cell\n\n'
    return f"{text}{code}\n", text.count("\n")


def said(code: str, module: ModuleType = page_code) -> list[tuple[int, str]]:
    """Give the faults that are read from a page, by the line below its head."""
    text, above = a_page(code)
    return [(line - above, words) for line, words in module.faults(text)]


def missed(code: str, module: ModuleType = page_code) -> list[int]:
    """Run a page in which x is [2], and give the lines of the checks that it does not reach."""
    text, above = a_page(code)
    reached = module.Reached(text)
    marked = ast.fix_missing_locations(reached.visit(ast.parse(text)))
    with contextlib.suppress(SystemExit):
        exec(compile(marked, "plot_page.py", "exec"), {"x": [2]})
    return [line - above for line, _ in reached.faults()]


@pytest.mark.parametrize(("code", "words", "line"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_keeps_a_check_from_failing_is_refused(code: str, words: str, line: int) -> None:
    """The fault is found, at its own line, and a sentence says what it is."""
    assert any(at == line and words in sentence for at, sentence in said(code)), said(code)


@pytest.mark.parametrize("code", FINE)
def test_what_pages_do_rightly_is_let_pass(code: str) -> None:
    """A check that can fail, an error provoked to be read, and settings are no faults."""
    assert said(code) == []


@pytest.mark.parametrize(("code", "line"), UNREACHED, ids=[row[0] for row in UNREACHED])
def test_a_check_that_is_never_reached_is_found(code: str, line: int) -> None:
    """Whatever keeps the run from a check, it is found at its own line."""
    assert missed(code) == [line]


@pytest.mark.parametrize("code", REACHED)
def test_a_check_that_is_reached_passes(code: str) -> None:
    """A check counts wherever it stands, and once is enough."""
    assert missed(code) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_our_pages_have_no_faults(page: Path) -> None:
    """Every page of the site passes."""
    assert list(page_code.faults(page.read_text(encoding="utf-8"))) == []


def test_faults_are_told_in_the_order_of_their_lines() -> None:
    """A page with several faults has them told from top to bottom, each once."""
    found = said("assert True\nif False:\n    assert x == x\nnp.pi = 3\nassert True")
    assert [line for line, _ in found] == [1, 2, 3, 4, 5]


def poorer(tree: ast.Module) -> Iterator[str]:
    """Leave out one case, alternative, operand or element of the code in turn, and say which."""
    types = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    for node in (node for node in ast.walk(tree) if node not in types):
        lists = [parts for _, parts in ast.iter_fields(node) if isinstance(parts, list)]
        for parts in lists if isinstance(node, PARTS) else []:
            for place, part in enumerate(list(parts)):
                del parts[place]
                yield f"line {getattr(part, 'pattern', part).lineno}: {ast.unparse(part)}"
                parts.insert(place, part)
        if isinstance(node, ast.Constant) and "(?:" in (text := str(node.value)):
            pieces = text.split("|")
            for place, piece in enumerate(pieces):
                node.value = "|".join([*pieces[:place], *pieces[place + 1 :]])
                yield f"line {node.lineno}: {piece}"
                node.value = text


def test_every_rule_is_needed() -> None:
    """Whatever part of the code is left out, some row above is then judged otherwise."""
    right = [said(code) for code, *_ in REFUSED]
    tree = ast.parse((ROOT / "docs/sitebuild/page_code.py").read_text(encoding="utf-8"))
    needless = []
    for change in poorer(tree):
        made = ModuleType("page_code")
        try:
            exec(compile(tree, "page_code.py", "exec"), made.__dict__)
            if [said(code, made) for code, *_ in REFUSED] != right:
                continue
            if any(said(code, made) for code in FINE) or any(missed(c, made) for c in REACHED):
                continue
            if all(missed(code, made) == [line] for code, line in UNREACHED):
                needless.append(change)
        except (AttributeError, NameError, SyntaxError, TypeError, ValueError, re.error):
            pass  # what cannot run without it needs it
    assert "\n".join(needless) == ""
