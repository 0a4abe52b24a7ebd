"""What a page fetches from elsewhere by itself."""

import pytest

from sitebuild.foreign import foreign

FETCHES = """
<script src="https://host.example/a.js"></script>
<script src="//host.example/a.js"></script>
<script type="module">import a from "https://host.example/a.js"</script>
<script type="module">import "https://host.example/a.js"</script>
<script>fetch('https://host.example/a.json')</script>
<img src="http://host.example/a.png" alt="">
<img src=" https://host.example/a.png" alt="">
<img src="https:/\\host.example/a.png" alt="">
<img src="ht&#10;tps://host.example/a.png" alt="">
<IMG SRC="HTTPS://HOST.EXAMPLE/a.png" ALT="">
<img src="file:///etc/passwd" alt="">
<img alt='5 > 3' src=https://host.example/a.png>
<p title=it's><img src="https://host.example/a.png" alt=""></p>
<img src="a.png" srcset="a.png 1x, https://host.example/b.png 2x" alt="">
<link rel="preload" as="image" imagesrcset="https://host.example/b.png 2x">
<link rel="stylesheet" href="https://host.example/a.css">
<link rel="alternate stylesheet" href="https://host.example/a.css">
<link rel="icon" href="https://host.example/a.svg">
<link rel="preconnect" href="https://host.example">
<link rel="manifest" href="https://host.example/a.json">
<base href="https://host.example/">
<iframe src="https://host.example/"></iframe>
<iframe srcdoc="&lt;img src='https://host.example/a.png'>"></iframe>
<video src="https://host.example/a.mp4"></video>
<video poster="https://host.example/a.png"></video>
<video><source src="https://host.example/a.mp4"></video>
<video><track src="https://host.example/a.vtt"></video>
<audio src="https://host.example/a.ogg"></audio>
<object data="https://host.example/a.svg"></object>
<embed src="https://host.example/a.svg">
<input type="image" src="https://host.example/a.png">
<body background="https://host.example/a.png">
<noscript><img src="https://host.example/a.png" alt=""></noscript>
<style>@import "https://host.example/a.css";</style>
<style>@import url(//host.example/a.css);</style>
<style>p { background: url( 'https://host.example/a.png' ) }</style>
<p style="background: url(https://host.example/a.png)"></p>
<svg><image href="https://host.example/a.png"/></svg>
<svg><image xlink:href="https://host.example/a.png"/></svg>
<svg><use href="https://host.example/a.svg#b"/></svg>
<svg><path fill="url(https://host.example/a.svg#b)"/></svg>
<svg><style>@import "https://host.example/a.css";</style></svg>
<meta http-equiv="Refresh" content="5; URL='https://host.example/'">
""".strip().splitlines()

STAYS = """
<a href="https://host.example/">a link that a reader clicks</a>
<map><area href="https://host.example/" alt=""></map>
<form action="https://host.example/search"><input name="q"></form>
<blockquote cite="https://host.example/">words</blockquote>
<img src="../_images/a.svg" srcset="a.png 1x, b.png 2x" alt="url(https://host.example/)">
<img src="data:image/png;base64,AAAA" alt="">
<script src="_static/a.js?v=1"></script>
<script>const words = "it comes from https://host.example/";</script>
<link rel="canonical" href="https://host.example/page.html">
<link rel="stylesheet" href="_static/a.css">
<style>@namespace svg url(http://www.w3.org/2000/svg); p { background: url(a.png) }</style>
<style>@namespace url(http://www.w3.org/2000/svg);</style>
<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/><path fill="url(#b)"/></svg>
<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>
<meta http-equiv="refresh" content="0; url=other.html">
<meta property="og:url" content="https://host.example/">
<style>p { color: red }</style>url(https://host.example/) in the text
<code>&lt;img src="https://host.example/a.png"&gt;</code>
<!-- <img src="https://host.example/a.png"> -->
""".strip().splitlines()


@pytest.mark.parametrize("html", FETCHES)
def test_what_another_host_is_asked_for_is_found_once(html: str) -> None:
    """Each way to fetch something from elsewhere is found, wherever it stands in a page."""
    (found,) = foreign(f"<!DOCTYPE html>\n<html><body><p>Text.</p>\n{html}\n<p>More.</p></body>")
    assert found.startswith("<")
    assert "host.example" in found.lower() or "file:" in found


@pytest.mark.parametrize("html", STAYS)
def test_links_and_files_of_the_site_are_left_alone(html: str) -> None:
    """What only a reader's click would fetch, and what the site holds itself, is not found."""
    assert list(foreign(html)) == []


def test_everything_is_found_in_its_order() -> None:
    """A page may have several such elements."""
    assert len(list(foreign("\n".join(FETCHES)))) == len(FETCHES)
    assert [found[:5] for found in foreign(FETCHES[5] + FETCHES[0])] == ["<img ", "<scri"]
