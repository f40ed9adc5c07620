"""A real server on a database of one's own, killed as a power cut would, and a plain client."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from tests.conftest import ROOT
from tests.factories import reference

READY_WITHIN = 30.0  # seconds; a busy machine loads the law slowly


@dataclass
class Server:
    """gunicorn with its workers in one process group of their own."""

    url: str  # of the database
    folder: Path
    port: int = 0
    key: str = field(default_factory=lambda: secrets.token_hex(32))
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start and wait until a page is answered; the seconds it took."""
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        env = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DATABASE_URL": self.url,
            "SECRET_KEY": self.key,
            "HOME_DIVISION": reference.CITY,
            "PACKS": "national",
            "DATA_DIR": str(self.folder / "data"),
            "SECURE_COOKIES": "no",
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--worker-class", "gthread"]
        command += ["--workers", "2", "--threads", "4", "--log-level", "critical"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--timeout", "60"]
        began = time.monotonic()
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() - began < READY_WITHIN, "the server does not answer"
            time.sleep(0.05)
        return time.monotonic() - began

    def _answers(self) -> bool:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            try:
                connection.request("GET", "/sign-in")
                with closing(connection.getresponse()) as answer:
                    return answer.status == 200
            except (OSError, HTTPException):
                return False

    def kill(self) -> None:
        """SIGKILL for the master and every worker at once: nobody gets to say goodbye."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


class Browser:
    """One signed-in client with its cookies. A request that gets no answer raises `Unknown`."""

    def __init__(self, server: Server, token: str) -> None:
        self.server = server
        self.cookies = {"terrace": token}
        self.csrf = ""

    def get(self, path: str) -> tuple[int, str]:
        return self._send("GET", path, None, "text/html")

    def post(self, path: str, data: dict[str, str], accept: str = "text/html") -> tuple[int, str]:
        body = urlencode({"csrf_token": self.csrf, **data})
        return self._send("POST", path, body, accept)

    def _send(self, method: str, path: str, body: str | None, accept: str) -> tuple[int, str]:
        headers = {"Accept": accept, "Connection": "close"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=20)) as connection:
            try:
                connection.request(method, path, body, headers)
                with closing(connection.getresponse()) as answer:
                    text = answer.read().decode()
            except (OSError, HTTPException) as fault:
                raise Unknown from fault
        self._keep(answer)
        return answer.status, text

    def _keep(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]


class Unknown(Exception):
    """No answer came: the request may have been carried out, or not."""
