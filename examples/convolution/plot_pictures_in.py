"""
A picture may arrive turned, with four channels, or divided twice
=================================================================

A layer does not ask what its numbers mean. This page sends the panda through four files that hold
the same picture, or so it seems: one is turned, one has a channel too many, one has a single
channel, and one holds no brightness at all. And it shows how to notice that numbers were divided
by 255 twice, or never.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import ExifTags, Image, ImageOps
from torch.nn.functional import conv2d
from torchvision.transforms.functional import to_tensor
from torchvision.transforms.v2 import functional as tvf

from convdocs import images, plots, questions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.learning.network import to_batch

plt.style.use("convdocs.page")

# %%
# Four files
# ----------
# A telephone held upright often saves the picture lying on its side, and adds a note that says how
# to turn it: the *orientation*, part of the EXIF data that cameras write into a file. The second
# file has a fourth channel, which says how opaque each pixel is; here the bamboo at the top is made
# invisible. The third has one channel, the brightness. The fourth has one too, and a list of 16
# colours.

panda = images.load("panda")
folder = tempfile.TemporaryDirectory()
files = {n: Path(folder.name, f"{n}.png") for n in ("turned", "clear", "grey", "list")}

note = Image.Exif()
note[ExifTags.Base.Orientation] = 6  # "turn it to the right by a quarter"
panda.transpose(Image.Transpose.ROTATE_90).save(files["turned"], exif=note)
opaque = Image.new("L", panda.size, 255)
opaque.paste(0, (0, 0, 180, 30))
clear = panda.copy()
clear.putalpha(opaque)
clear.save(files["clear"])
panda.convert("L").save(files["grey"])
panda.quantize(16, dither=Image.Dither.NONE).save(files["list"])

opened = {}
for name, file in files.items():
    with Image.open(file) as picture:
        opened[name] = picture.copy()
raw = {name: np.asarray(picture) for name, picture in opened.items()}
loaded = {name: images.load(file) for name, file in files.items()}

# %%
# Which way is up?
# ----------------

questions.choose(
    "A telephone saved an upright picture, 180 wide and 235 high, lying on its side, with a note "
    "to turn it. What is the shape of ``numpy.asarray(Image.open(file))``?",
    "raw['turned'].shape",
    {
        "np.asarray(loaded['turned']).shape": "So it is once it has been turned. Opening a file "
        "does not turn anything.",
        "raw['turned'].T.shape": "The channels of an array that PIL gives come last.",
    },
    because="PIL gives the pixels as they are saved. The note has to be followed by hand.",
    alone=True,
)

# %%
# Nothing warns you. The remedy is ``ImageOps.exif_transpose``, or this site's ``images.load``.
# Without it the ramp "right" is shown a world that lies on its side: its map, turned back, is what
# the ramp "down" should have answered.

assert np.array_equal(loaded["turned"], panda)
assert np.array_equal(ImageOps.exif_transpose(opened["turned"]), panda)
right, _, down, _ = torch.tensor(as_weight(oriented_ramps(), 3))
upright, sideways = to_batch(panda), to_batch(opened["turned"])
seen = conv2d(sideways, right[None])[0, 0]
meant = conv2d(upright, down[None])[0, 0]
torch.testing.assert_close(seen, torch.rot90(meant), atol=1e-4, rtol=0)

# %%
# How many channels are there?
# ----------------------------
# PIL's ``mode`` says: RGB has three, RGBA four, L one. P has one as well, but its numbers are
# places in the list of colours. They are not brightnesses. This list begins with bright colours, so
# that bright fur has small numbers and dark fur large ones.

modes = {name: picture.mode for name, picture in opened.items()}
print(*(f"{name:8}{mode}" for name, mode in modes.items()), sep="\n")
assert modes == {"turned": "RGB", "clear": "RGBA", "grey": "L", "list": "P"}
assert [raw[n].shape[2:] for n in raw] == [(3,), (4,), (), ()]
assert raw["list"].max() == 15
assert np.corrcoef(raw["list"].ravel(), raw["grey"].ravel())[0, 1] < -0.5

# %%
# A layer for three channels refuses one or four, and names both numbers.

for name, count in (("grey", 1), ("clear", 4)):
    given = torch.tensor(np.atleast_3d(raw[name])).movedim(2, 0)[None] / 255
    try:
        conv2d(given, right[None])
    except RuntimeError as error:
        message = str(error)
    assert f"to have 3 channels, but got {count} channels" in message
print(message)

# %%
# The remedy is ``convert("RGB")``. It makes three equal channels of a grey one, and looks the
# colours up in the list.

colours = np.reshape(opened["list"].getpalette(), (-1, 3))
assert np.array_equal(opened["list"].convert("RGB"), colours[raw["list"]])
hidden = opened["clear"].convert("RGB").getpixel((5, 5))
on_white = loaded["clear"].getpixel((5, 5))
assert opened["clear"].getpixel((5, 5))[3] == 0

# %%

questions.choose(
    f"A pixel of mode RGBA is {opened['clear'].getpixel((5, 5))}: of some colour, and not opaque "
    "at all. What does ``convert('RGB')`` make of it?",
    "hidden",
    {
        "on_white": "So it would look on a white page. Nobody said that there is one.",
        "Image.new('RGB', (1, 1)).getpixel((0, 0))": "It is not made black. Nothing is computed "
        "at all.",
    },
    because="The fourth number is thrown away, and what was not to be seen is there again.",
    alone=True,
)

# %%
# So ``convert("RGB")`` *drops* the fourth channel. ``images.load`` lays such a picture on white
# first, as a page would show it.

assert hidden == panda.getpixel((5, 5)) and on_white == (255, 255, 255)
assert all(picture.mode == "RGB" for picture in loaded.values())
three = np.asarray(loaded["grey"])
assert np.array_equal(three, np.repeat(raw["grey"][..., None], 3, axis=2))

# %%

# Drawing: what stands in the files, and what is loaded from them
figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.6))
numbers = {
    "turned": raw["turned"], "clear": np.asarray(opened["clear"].convert("RGB")),
    "grey": raw["grey"], "list": raw["list"] / 15,
}  # fmt: skip
for (above, below), name in zip(axes.T, files, strict=True):
    plots.show_picture(above, numbers[name], title=f"{name}, {modes[name]}")
    plots.show_picture(below, loaded[name])
drawn = [np.asarray(ax.images[0].get_array()) for ax in axes.flat]
assert [image.shape[:2] for image in drawn[:2]] == [(180, 235), (235, 180)]
assert np.array_equal(drawn[4], panda) and (drawn[5][:30] == 255).all()
axes[0, 0].set_ylabel("the numbers")
axes[1, 0].set_ylabel("images.load")
plots.describe(
    figure,
    """Above, the numbers in four files: the panda on its side; upright and complete, although
    its top should not be seen; in grey; and like a negative. Below, what
    images.load gives: upright; with a white top; in grey; in sixteen colours.""",
    caption="The same panda from four files. Above their numbers, the fourth channel left out; "
    "below what images.load makes of them.",
)

# %%
# Was it divided by 255?
# ----------------------
# Pixels are whole numbers from 0 to 255, and the networks on this site are made for 0 to 1.
# Somebody has to divide, once. We take four ways in, and note the largest number after each.

pixels = tvf.pil_to_tensor(panda)
scaled = tvf.to_dtype(pixels, torch.float32, scale=True)
ways = {
    "pil_to_tensor(...).float()": pixels.float(),
    "to_dtype(..., scale=True)": scaled,
    "to_dtype twice": tvf.to_dtype(scaled, torch.float32, scale=True),
    "to_dtype(...) / 255": scaled / 255,
}
largest = {way: round(x.max().item(), 4) for way, x in ways.items()}
assert pixels.max() == 255

# %%

questions.choose(
    "The pixels of a picture are whole numbers from 0 to 255, and one is white. It comes in by "
    "``to_dtype(pixels, torch.float32, scale=True)``, and the next line divides by 255. What is "
    "its largest number then?",
    "largest['to_dtype(...) / 255']",
    {
        "largest['to_dtype(..., scale=True)']": "to_dtype with scale=True has already divided.",
        "largest['pil_to_tensor(...).float()']": "So it would be if nobody had divided.",
    },
    because="Divided twice, white is 1 / 255. No error is raised.",
    alone=True,
)

# %%
# A layer without a bias does not show it. All its answers are a 255th of what they should be, and
# maps that are drawn each on its own scale look the same. But a network that was trained on 0 to 1
# is shown a picture that is all but black. So look at the largest number before you go on. With
# ``scale=True``, ``to_dtype`` looks at the *type*: it divides whole numbers by the largest one of
# their type, 255 for uint8, and leaves fractions, so twice does no harm. Do not hand it int64, nor
# int32, in which a picture of 16 bits may come. ``ToTensor``, which many scripts have, divides
# bytes by 255, and nothing else. OpenCV's ``imread`` divides nothing: it gives bytes, blue first.

print(*(f"{way:30}{most:g}" for way, most in largest.items()), sep="\n")
once = conv2d(ways["to_dtype(..., scale=True)"][None], right[None])
twice = conv2d(ways["to_dtype(...) / 255"][None], right[None])
torch.testing.assert_close(twice * 255, once, atol=1e-4, rtol=0)
assert torch.equal(ways["to_dtype twice"], scaled)
assert ways["to_dtype(...) / 255"].max() < 0.01
long = torch.full((1, 2, 2), 255)
assert long.dtype == torch.int64
assert tvf.to_dtype(long, torch.float32, scale=True).max() < 1e-16
deep = torch.full((1, 2, 2), 2**16 - 1, dtype=torch.int32)
assert tvf.to_dtype(deep, torch.float32, scale=True).max() < 1e-4
for kind in (np.uint8, np.int64, np.float32):
    pixel = np.full((1, 1, 1), 255, kind)
    assert to_tensor(pixel).max() == (1 if kind is np.uint8 else 255)
folder.cleanup()
plt.show()

# %%
# Recap
# -----
# - A file may say how it is to be turned. ``Image.open`` does not do it.
# - ``convert("RGB")`` gives three channels, and shows what was not opaque. A P picture holds places
#   in a list.
# - Divide by 255 once, and look at ``x.max()``.
#
# Exercises
# ---------
# 1. An orientation is a number from 1 to 8. Which says that the saved picture was turned by half a
#    turn? (Save one with each, and see what ``images.load`` gives.)
# 2. Put a pixel of mode RGBA, half opaque, on white yourself. What must be added up?

# %%

# Solution 1: 3, half a turn
found = []
with tempfile.TemporaryDirectory() as place:
    path = Path(place, "upside_down.png")
    for orientation in range(1, 9):
        note[ExifTags.Base.Orientation] = orientation
        panda.rotate(180).save(path, exif=note)
        if np.array_equal(images.load(path), panda):
            found.append(orientation)
assert found == [3]

# %%

# Solution 2: the opaque share of its colour, and the rest white
colour, share = np.array([200, 100, 0]), 128 / 255
mixed = share * colour + (1 - share) * 255
pixel = Image.new("RGBA", (1, 1), (200, 100, 0, 128))
white = Image.new("RGBA", (1, 1), "white")
laid = Image.alpha_composite(white, pixel).getpixel((0, 0))[:3]
assert np.abs(mixed - laid).max() <= 1

# %%
# Sources
# -------
# - Pillow documentation of ``PIL.Image.Image.convert`` and ``PIL.ImageOps.exif_transpose``.
# - torchvision documentation of ``torchvision.transforms.v2.functional.to_dtype`` and ``ToTensor``;
#   OpenCV documentation of ``imread``.
