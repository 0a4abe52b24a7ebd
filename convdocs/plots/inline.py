"""A drawing as a part of a page: in its ink and its letters, with ids that nothing else has."""

import re

from convdocs.plots.palette import INK

__all__ = ["as_group"]

IDLE = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", re.DOTALL)


def as_group(svg: str, name: str) -> tuple[str, str]:
    """Make a group of a whole SVG, and say how large it is.

    What matplotlib was told to call ``moving-3`` gets the class ``motion-3`` instead.

    Parameters
    ----------
    svg : str
        As matplotlib writes it.
    name : str
        The group's id, and the beginning of all others.

    Returns
    -------
    tuple of str
        The attributes of an ``svg`` element that shows the group, and the group.

    Examples
    --------
    >>> as_group('<svg width="72pt" height="36pt"><g id="moving-3"/></svg>', "a")[1]
    '<g id="a" stroke-linejoin="round" stroke-linecap="butt"><g class="motion-3"/></g>'
    """
    head, _, body = IDLE.sub("", svg).partition("<svg")[2].partition(">")
    wide, high = re.findall(r'\b(?:width|height)="([\d.]+)pt"', head)
    body = body.rpartition("</svg>")[0].replace(INK, "currentColor").replace("xlink:href", "href")
    body = re.sub(r" font-family: [^;\"]+;", "", body)
    body = re.sub(r'\bid="moving-(\d+)"', r'class="motion-\1"', body)
    used = dict.fromkeys(re.findall(r'(?:url\(#|href="#)([^")]+)', body))
    ids = {old: f"{name}-{n}" for n, old in enumerate(used)}  # matplotlib's may differ elsewhere
    body = re.sub(r' id="(.*?)"', lambda m: f' id="{ids[m[1]]}"' if m[1] in ids else "", body)
    body = re.sub(r'(url\(#|href="#)([^")]+)', lambda m: m[1] + ids[m[2]], body)
    body = re.sub(r">\s+<", "><", body.strip())
    size = f'viewBox="0 0 {wide} {high}" width="{float(wide) / 0.75:.0f}"'
    return size, f'<g id="{name}" stroke-linejoin="round" stroke-linecap="butt">{body}</g>'
