"""The door of a running twin: a socket in its folder that answers one question a connection, each a line of JSON."""

import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from automation.twin.errors import TwinDidNotAnswer, TwinIsNotUp, TwinSaidNo
from inventory.errors import NeutralhostError

SOCKET = "control.sock"
MOST_BYTES = 64 * 1024
ANSWER_S = 60.0
DEAD = (ConnectionRefusedError, FileNotFoundError)

type Document = dict[str, Any]
type Answerer = Callable[[Document], Document]


@contextmanager
def reachable(folder: Path) -> Iterator[str]:
    """A path of the socket that is short enough (unix(7): 107 letters), however deep the folder is."""
    path = str(folder / SOCKET)
    if len(os.fsencode(path)) <= 100:
        yield path
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        line = self.rfile.readline(MOST_BYTES)
        self.wfile.write(json.dumps(answered(self.server.answerer, line)).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    answerer: Answerer


def answered(answerer: Answerer, line: bytes) -> Document:
    """The answer to one line: what was asked, or why not."""
    try:
        return {"answer": answerer(json.loads(line))}
    except NeutralhostError as error:
        return {"error": {"code": error.code, "sentence": error.sentence}}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        sentence = f"The twin was asked in words it does not know ({type(error).__name__})."
        return {"error": {"code": "twin-not-understood", "sentence": sentence}}


@contextmanager
def answering(folder: Path, answerer: Answerer) -> Iterator[None]:
    """Answer at the folder's socket for as long as this lasts; only the owner of the folder gets there."""
    (folder / SOCKET).unlink(missing_ok=True)
    with reachable(folder) as path, _Server(path, _Handler) as server:
        Path(path).chmod(0o600)
        server.answerer = answerer
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="twin-control", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            (folder / SOCKET).unlink(missing_ok=True)


def ask_twin(folder: Path, question: Mapping[str, object], timeout_s: float = ANSWER_S) -> Document:
    """Ask the twin of a folder, and return its answer.

    Raises: TwinIsNotUp, TwinDidNotAnswer; TwinSaidNo, with the twin's own reason.
    """
    if not folder.is_dir():
        raise TwinIsNotUp
    try:
        with reachable(folder) as path, socket.socket(socket.AF_UNIX) as line:
            line.settimeout(timeout_s)
            line.connect(path)
            line.sendall(json.dumps(question).encode() + b"\n")
            answer: Document = json.loads(line.makefile("rb").readline())
    except DEAD:
        raise TwinIsNotUp from None
    except (OSError, ValueError) as error:
        raise TwinDidNotAnswer(type(error).__name__) from error
    if "error" in answer:
        said = answer["error"]
        raise TwinSaidNo(said["sentence"], said["code"])
    found: Document = answer["answer"]
    return found
