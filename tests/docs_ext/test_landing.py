"""The first page shows what a filter really answers, and every chapter."""

import subprocess
import sys
from pathlib import Path

import contents
import landing
import numpy as np
import pytest
import torch
from PIL import Image

from convdocs import images


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """Paint both pictures, and read them as arrays of height, width and colour."""
    folder = tmp_path_factory.mktemp("landing")
    landing.paint(folder)
    return {path.stem: np.asarray(Image.open(path), float) for path in folder.iterdir()}


AFTER = """
import importlib, pkgutil, re, sys
from pathlib import Path
from sphinx.ext.autodoc.mock import mock

docs, folder = map(Path, sys.argv[1:])
sys.path[:0] = [str(docs), str(docs / "_ext")]
import convdocs, landing

text = docs.joinpath("conf.py").read_text(encoding="utf-8")
with mock(eval(re.search(r"^autodoc_mock_imports = (.*)", text, re.MULTILINE)[1])):
    for found in pkgutil.walk_packages(convdocs.__path__, "convdocs."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
landing.paint(folder)
"""


def test_it_is_painted_where_the_reference_has_been_read(
    painted: dict[str, np.ndarray], tmp_path: Path
) -> None:
    """In one process, as in a build that goes on until it has to begin anew."""
    docs = Path(landing.__file__).parents[1]
    subprocess.run([sys.executable, "-c", AFTER, docs, tmp_path], check=True)
    for name, pixels in painted.items():
        assert np.array_equal(np.asarray(Image.open(tmp_path / f"{name}.png"), float), pixels)


def test_the_panda_is_itself_in_few_pixels(painted: dict[str, np.ndarray]) -> None:
    """Each pixel is the mean of five by five, rounded by rows and by columns."""
    whole = np.asarray(images.load("panda"), float).reshape(47, 5, 36, 5, 3).mean((1, 3))
    assert np.abs(painted["panda"] - whole).max() <= 1
    assert painted["panda"].shape == (*landing.PANDA[1::-1], 3)


def test_the_map_is_what_pytorch_answers(painted: dict[str, np.ndarray]) -> None:
    """Orange is brighter to the right, violet darker, and the darkest cell is the largest."""
    x = torch.tensor(painted["panda"]).permute(2, 0, 1)
    weight = torch.linspace(-1, 1, 5, dtype=x.dtype).expand(1, 3, 5, 5)
    wanted = torch.nn.functional.conv2d(x, weight)[0].numpy()
    assert painted["map"].shape == (*landing.MAP[1::-1], 3) == (*wanted.shape, 3)
    warm = painted["map"][..., 0] - painted["map"][..., 2]  # red above blue is orange
    clear = np.abs(wanted) > np.abs(wanted).max() / 20
    assert (np.sign(warm) == np.sign(wanted))[clear].all()
    for sign in (-1, 1):
        one = np.sign(wanted) == sign
        shade = np.where(one, painted["map"].sum(2), np.inf)
        strength = np.where(one, np.abs(wanted), 0)
        assert shade.flat[strength.argmax()] == shade.min()


def test_ears_eyes_and_bamboo_stand_out(painted: dict[str, np.ndarray]) -> None:
    """As the map's description says: each is darker in it than three quarters of all cells."""
    dark = 255 - painted["map"].mean(2)
    places = {"left ear": (7, 9), "right ear": (29, 9), "left eye": (13, 18), "right eye": (23, 18)}
    around = {
        name: dark[max(y - 6, 0) : y + 3, max(x - 6, 0) : x + 3].max()
        for name, (x, y) in places.items()  # where the panda is painted, in fifths of its pixels
    }
    around["bamboo"] = max(dark[:, :4].max(), dark[:, -4:].max())
    assert min(around.values()) > np.quantile(dark, 0.75)


def test_a_pictogram_has_a_cell_for_each_letter() -> None:
    """A capital is lit, a dot and a space are gaps, and the widest row counts."""
    drawn = landing.pictogram("Ik\n\n.pO ")
    assert drawn.count("<rect") == 4
    assert 'viewBox="0 0 40 30"' in drawn
    assert drawn.count('class="y lit" x="20.5" y="20.5"') == 1
    assert drawn.count('class="w" x="10.5" y="0.5"') == 1


@pytest.mark.parametrize("chapter", contents.CHAPTERS, ids=lambda chapter: chapter["folder"])
def test_a_chapter_has_a_picture_in_known_letters(chapter: dict[str, str]) -> None:
    """Every letter of it is a kind of cell."""
    assert set(chapter["picture"].lower()) <= {*landing.CELLS, *". \n"}
    assert Path(contents.ROOT, chapter["folder"], "GALLERY_HEADER.rst").exists()
