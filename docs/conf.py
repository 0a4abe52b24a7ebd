"""How Sphinx builds the site."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE)]

import contents  # noqa: E402 (the path above is for our extensions)

import convdocs  # noqa: E402

project = "convdocs"
author = "the convdocs authors"
copyright = (
    "2026, the convdocs authors. Code: BSD-3-Clause. Prose and pictures: CC BY 4.0. "
    "Fonts: SIL OFL 1.1 (Source Sans 3, STIX Two Math)"
)
version = release = convdocs.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_copybutton",
    "sitebuild",
    "contents",
    "explorer",
    "fonts",
    "lesson",
    "mathml",
    "palette",
    "previews",
    "sidebar",
    "signatures",
    "wheel",
]
# docs/explanation holds scripts; the site shows what they become, in docs/pages.
exclude_patterns = ["explanation", "inventories", "**/GALLERY_HEADER.rst"]
templates_path = ["_templates"]
nitpicky = True

# -- API pages ---------------------------------------------------------------------------
autodoc_typehints = "none"  # numpydoc's Parameters say it in words
autosummary_generate = True
autosummary_ignore_module_all = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
# The pages run in processes of their own: Sphinx need not import what only they and numbers need.
autodoc_mock_imports = ["torch", "torchvision", "scipy"]

# -- Links to other projects: small inventories in plain text, so that nothing is fetched --
intersphinx_mapping = {
    name: (url, f"inventories/{name}.txt")
    for name, url in {
        "matplotlib": "https://matplotlib.org/stable/",
        "numpy": "https://numpy.org/doc/stable/",
        "pillow": "https://pillow.readthedocs.io/en/stable/",
        "python": "https://docs.python.org/3/",
        "scipy": "https://docs.scipy.org/doc/scipy/",
        "torch": "https://docs.pytorch.org/docs/stable/",
        "torchvision": "https://docs.pytorch.org/vision/stable/",
    }.items()
}

# -- The gallery -------------------------------------------------------------------------
# Objects are given by name where Sphinx must be able to pickle its configuration.
sphinx_gallery_conf = {
    "examples_dirs": ["../examples", "explanation"],
    "gallery_dirs": ["pages/examples", "pages/explanation"],
    "filename_pattern": r"[\\/]plot_\w+\.py$",
    "subsection_order": "contents.chapters",
    "within_subsection_order": "contents.pages",
    "minigallery_sort_order": "contents.minigallery",
    "image_scrapers": ("figures.scrape",),
    "reset_modules": ("figures.set_type",),
    "doc_module": ("convdocs",),
    "backreferences_dir": "pages/backreferences",
    "capture_repr": ("_repr_html_",),
    "remove_config_comments": True,
    "inspect_global_variables": False,  # or every int and list would be a link
    "min_reported_time": 1e9,  # a running time would differ from build to build
    "write_computation_times": False,  # that page would load scripts from elsewhere
    "show_signature": False,
}

page_style = "convdocs.page"

# -- The explorer ------------------------------------------------------------------------
# The pages that get one before their recap, and its state there. The scripts do not name it:
# a reader who downloads one has no use for it.
explorers = contents.explorers()

# -- HTML --------------------------------------------------------------------------------
html_theme = "furo"
html_title = "convdocs"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False
pygments_style = "code_colours.Light"
pygments_dark_style = "code_colours.Dark"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
