"""How Sphinx hears of the pages: they run before Sphinx-Gallery looks at them.

Sphinx-Gallery runs its examples inside Sphinx's process, one after the other, and decides by a
page's text alone whether to run it again. Here the pages run before it, while Sphinx itself gets
ready; Sphinx-Gallery finds them done, and puts indexes, cards and archives together.
"""

import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from sitebuild import complete, pool, project, same_bytes, shown, upstream
from sitebuild.batch import Batch
from sitebuild.epub import fit
from sitebuild.footprint import digest, digests, hashed
from sitebuild.project import GENERATED, ROOT

logger = logging.getLogger(__name__)

SETTINGS: dict[str, Any] = {
    "page_options": [], "page_seconds": 120, "page_style": "", "page_workers": pool.cores(),
}  # fmt: skip

FEW = 6
"""Of fewer documents it takes longer to hand over what another process has read than to read."""

# Sphinx-Gallery's settings that name what a page's run calls, with its own defaults.
CALLED = {"image_scrapers": ("matplotlib",), "reset_modules": ("matplotlib", "seaborn")}


class AnewError(SphinxError):
    """More has changed than the bodies of pages: Sphinx has to begin with nothing."""


class Pages:
    """The pages of one build, at the moments when Sphinx deals with them."""

    def take_over(self, app: Sphinx, config: Config) -> None:
        """Wait for other builds, and keep from Sphinx what only the pages' processes import."""
        project.wait_for_turn()
        # What editors leave beside the sources is none of them.
        config.exclude_patterns = [*config.exclude_patterns, ".*", "**/.*"]
        conf = config.sphinx_gallery_conf
        conf["ignore_pattern"] = (
            rf"{conf.get('ignore_pattern', '__init__.py')}|(?:^|[\\/])\.[^\\/]*$"
        )
        # The pages' own names are looked at; of the folders above them nothing is a fault.
        config.suppress_warnings = [*config.suppress_warnings, "sphinx_gallery.space_in_filename"]
        self.called = {key: conf.get(key, default) for key, default in CALLED.items()}
        conf |= dict.fromkeys(CALLED, ())

    def begin(self, app: Sphinx, config: Config) -> None:
        """Start the pages as soon as Sphinx-Gallery's configuration is complete."""
        self.began = time.time()
        last = project.load(Path(app.doctreedir, project.MADE))
        self.last = last if config.site_base else {}  # only a build that publishes goes on from it
        self.dates = {path: (digest(path), path.stat().st_mtime_ns) for path in generated()}
        conf = config.sphinx_gallery_conf | {key: config[key] for key in SETTINGS}
        conf |= {"src_dir": str(app.srcdir), "plot_gallery": True, "builder_name": "html",
                 "site_address": config.html_baseurl, **self.called}  # fmt: skip
        self.batch = Batch(conf, anew=not last)

    def finish(self, app: Sphinx) -> None:
        """Wait for the pages, just before Sphinx-Gallery looks for them."""
        self.batch.finish(logger.info)
        # From here until the end is reached, nothing that Sphinx has written is to be relied on.
        Path(app.doctreedir, project.MADE).unlink(missing_ok=True)

    def after_gallery(self, app: Sphinx) -> None:
        """Make archives reproducible, and leave dates alone where nothing has changed."""
        for path in generated(*upstream.ARCHIVES):
            same_bytes.rewrite(path)
        for path, (found, date) in self.dates.items():
            if digest(path) == found:
                os.utime(path, ns=(date, date))  # or all who show cards are read again

    def decide(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str],
        removed: set[str],
    ) -> list[str]:  # fmt: skip
        """Have Sphinx begin anew if pages have changed in what others may take from them."""
        shown.refuse_targets_of_two(Path(env.doc2path(name)) for name in env.found_docs)
        outlines = {page.source.name: shown.outline(page.shown()) for page in self.batch.pages}
        # What they hold stands among the cards, too.
        names = sorted(project.name(p) for p in generated() if p.suffix != upstream.USES)
        self.shape = hashed(outlines, digests(generated(*upstream.CARDS)), names)
        if self.last and (self.last["shape"] != self.shape or added or removed):
            raise AnewError("more has changed than the bodies of pages")
        if len(added | changed) < FEW:
            app.parallel = 1
        return []

    def end(self, app: Sphinx, exception: Exception | None) -> None:
        """Check that the site is complete, and write down how it was made."""
        if exception is None and app.builder.name == "epub":
            book = Path(app.outdir, f"{app.config.epub_basename}.epub")
            same_bytes.rewrite(book, fit(book, app.config.epub_date))
        if exception is None and app.builder.name == "html":
            out = Path(app.outdir)
            since = self.began if self.last else 0
            root = urlsplit(app.config.html_baseurl).path.rstrip("/") + "/"
            complete.check(out, Path(app.srcdir), self.batch.pages, since, root)
            included = {str(path) for paths in app.env.dependencies.values() for path in paths}
            told = {
                "base": app.config.site_base,
                "shape": self.shape,
                "included": sorted(os.path.relpath(app.srcdir / path, ROOT) for path in included),
            }
            Path(app.doctreedir, project.MADE).write_text(json.dumps(told), encoding="utf-8")


def generated(*endings: str) -> list[Path]:
    """List the files that were written between the sources, those with some endings, if given."""
    files = [path for path in GENERATED.rglob("*") if path.is_file()]
    return [path for path in files if path.name.endswith(endings or "")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the settings, and the steps around Sphinx-Gallery's own."""
    for setting, default in SETTINGS.items():
        app.add_config_value(setting, default, "", (type(default),))
    app.add_config_value("epub_date", "1980-01-01", "epub", (str,))
    app.add_config_value("site_base", "", "", (str,))  # of a build that publishes
    # It would say that it ran nothing: that is true, and misleading.
    logging.getLogger(upstream.GALLERY_LOG).logger.setLevel("WARNING")
    pages = Pages()
    app.connect("config-inited", pages.take_over, priority=5)
    app.connect("config-inited", pages.begin, priority=20)
    app.connect("builder-inited", pages.finish)
    # Its own steps come at 10 and 500; of equal ones the first that is connected comes first.
    app.setup_extension("sphinx_gallery.gen_gallery")
    app.connect("builder-inited", pages.after_gallery, priority=600)
    app.connect("env-get-outdated", pages.decide)
    app.connect("env-updated", upstream.forget_unused_modules)
    app.connect("build-finished", pages.end, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
