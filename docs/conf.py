"""How Sphinx builds the site."""

import re
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
    "book",
    "cards",
    "contents",
    "explorer",
    "fonts",
    "head",
    "landing",
    "launch",
    "lesson",
    "markup",
    "mathml",
    "palette",
    "plain",
    "previews",
    "search",
    "server",
    "sidebar",
    "signatures",
    "twins",
    "wheel",
    "works",
]
# docs/explanation holds scripts; the site shows what they become, in docs/pages.
exclude_patterns = ["book", "explanation", "inventories", "**/GALLERY_HEADER.rst"]
templates_path = ["_templates"]
nitpicky = True

# -- API pages ---------------------------------------------------------------------------
autodoc_typehints = "none"  # numpydoc's Parameters say it in words
autosummary_generate = True
autosummary_ignore_module_all = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_aliases = {
    "array_like": "numpy.typing.ArrayLike",
    "bool": "bool",
    "None": "types.NoneType",
    "callable": "collections.abc.Callable",
    "iterable": "collections.abc.Iterable",
    "sequence": "collections.abc.Sequence",
    "Skip": "convdocs.skip.Skip",
    **{f"{name}": f"convdocs.layers.{name}" for name in ("Branch", "Conv", "ConvTranspose")},
}
# Words between types, and names that have no page.
numpydoc_xref_ignore = {"of", "optional", "dtype", "Answer", "Layer"}
# The pages run in processes of their own: Sphinx need not import what only they need. What it needs
# itself, to paint the landing page's panda, must not be mocked: modules would keep what is mocked.
autodoc_mock_imports = ["torch", "torchvision"]

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

# -- Search ------------------------------------------------------------------------------
search_promises = contents.promises()
# -- Elsewhere ---------------------------------------------------------------------------
# "owner/name" at GitHub, where the branch gh-pages holds the built site: lessons then offer to open
# their notebooks at Colab and Binder.
repository = ""

# -- HTML --------------------------------------------------------------------------------
html_theme = "furo"
html_title = "convdocs"
# Colours of the palette; furo's own are for light and dark pages, and so are these.
html_theme_options = {
    f"{theme}_css_variables": {
        "color-brand-primary": f"var(--{brand})",
        "color-brand-content": "var(--strong)",
        "color-sidebar-link-text--top-level": "var(--color-foreground-primary)",
    }
    for theme, brand in {"light": "outline", "dark": "kernel"}.items()
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_math_renderer = "mathml"
html_domain_indices = False  # the general index and the reference hold its names
html_copy_source = False
html_show_sphinx = False
pygments_style = "code_colours.Light"
pygments_dark_style = "code_colours.Dark"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# -- Links -------------------------------------------------------------------------------
linkcheck_ignore = [r"(?!https?:)"]  # files of the site, for which the build itself looks

# -- The EPUB ----------------------------------------------------------------------------
epub_show_urls = "no"
epub_css_files = ["book.css"]
epub_uid = epub_identifier = f"convdocs-{release}"
epub_description = "A tutorial on the convolution of deep learning that asks before it tells"
epub_contributor = author
# An EPUB must have a date; that of the build would make every one different.
citation = (HERE.parent / "CITATION.cff").read_text(encoding="utf-8")
epub_date = re.findall(r"date-released: (\S+)", citation)[0]
