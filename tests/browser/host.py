"""The built site on a server of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from visit import SITE


def headers(path: str) -> dict[str, str]:
    """Read what the site's own file asks a server to send with what lies at a path."""
    found: dict[str, str] = {}
    heard = False
    for line in (SITE / "_headers").read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            heard = path.startswith(line.removesuffix("*"))
        elif heard and line.strip().startswith("!"):
            found.pop(line.strip(" !"))
        elif heard:
            name, value = line.strip().split(": ", 1)
            found[name] = value
    return found


class Host(SimpleHTTPRequestHandler):
    """A server that sends the headers that the site asks for, and its page for no page."""

    def end_headers(self) -> None:
        """Add the site's own headers."""
        for name, value in headers(self.path).items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, *told: object) -> None:
        """Show the site's page where there is none."""
        if code != HTTPStatus.NOT_FOUND:
            return super().send_error(code, *told)
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((SITE / "404.html").read_bytes())
        return None

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve(host: type[Host]) -> Iterator[str]:
    """Give the address of the site while it is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(host, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
