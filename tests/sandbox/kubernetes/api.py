"""A small API server over HTTP, with the controller of jobs; it can be stopped and started again, objects stay."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.sandbox.kubernetes.kubelet import Kubelet
from tests.sandbox.kubernetes.objects import KINDS, Objects, Refused


class Api:
    """The server, its objects and its one node."""

    def __init__(self, volume: Path, files: Path) -> None:
        self.objects = Objects()
        self.kubelet = Kubelet(self.objects, volume, files)
        self.port = 0
        self.faults: list[int] = []
        self._server: _Server | None = None

    def start(self) -> None:
        """Listen; at the port it had before."""
        self._server = _Server(("127.0.0.1", self.port), self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Go away in the middle of whatever is being said."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            for line in list(self._server.lines):
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            self._server = None

    def kubeconfig(self) -> str:
        """Give the configuration of a client."""
        cluster = {"name": "small", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}
        context = {"name": "small", "context": {"cluster": "small", "user": "somebody"}}
        user = {"name": "somebody", "user": {}}
        whole = {"apiVersion": "v1", "kind": "Config", "current-context": "small"}
        return json.dumps(whole | {"clusters": [cluster], "contexts": [context], "users": [user]})

    def fail(self) -> None:
        """Be unwell, as often as it was told to be."""
        if self.faults:
            raise Refused(self.faults.pop(0), "InternalError", "not well")

    def create(self, kind: str, body: dict[str, Any], *, dry: bool) -> dict[str, Any]:
        """Take an object; a job becomes a pod."""
        made = self.objects.add(kind, body, dry=dry)
        if kind == "jobs" and not dry:
            template, name = made["spec"]["template"], made["metadata"]["name"]
            labels = {**template["metadata"]["labels"], "job-name": name}
            pod = {"apiVersion": "v1", "kind": "Pod", "spec": template["spec"]}
            pod = self.objects.add("pods", pod | {"metadata": {"name": f"{name}-x", "labels": labels}})
            self.kubelet.run(pod)
        return made

    def delete(self, kind: str, name: str) -> None:
        """Remove an object; a job takes its pod with it."""
        self.objects.get(kind, name)
        for pod in [name] if kind == "pods" else [f"{name}-x"] if kind == "jobs" else []:
            self.kubelet.stop(pod)
        self.objects.drop(kind, name)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], api: Api) -> None:
        self.api = api
        self.lines: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of lines that broke."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        """Keep the line, so that it can be cut."""
        super().setup()
        self.server.lines.add(self.connection)

    def finish(self) -> None:
        """Forget the line."""
        self.server.lines.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Read."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Make."""
        self._answer("POST")

    def do_DELETE(self) -> None:
        """Remove."""
        self._answer("DELETE")

    def _answer(self, verb: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        try:
            self.server.api.fail()
            self._obey(verb, address.path.strip("/").split("/"), asked, body)
        except Refused as error:
            told = {"kind": "Status", "status": "Failure", "reason": error.reason, "message": error.message}
            self._json(told | {"code": error.status}, error.status)

    def _obey(self, verb: str, path: list[str], asked: dict[str, str], body: dict[str, Any]) -> None:
        api = self.server.api
        if path == ["version"]:
            names = ("buildDate", "compiler", "gitCommit", "gitTreeState", "goVersion", "platform")
            self._json(dict.fromkeys(names, "") | {"gitVersion": "v1.34.0-small", "major": "1", "minor": "34"})
            return
        kind, *rest = path[path.index("default") + 1 :] if "default" in path else path[-1:]
        if verb == "POST":
            self._json(api.create(kind, body, dry=asked.get("dryRun") == "All"), 201)
        elif verb == "DELETE":
            api.delete(kind, rest[0])
            self._json({"kind": "Status", "apiVersion": "v1", "status": "Success"})
        elif rest[1:] == ["log"]:
            self._log(rest[0])
        elif rest:
            self._json(api.objects.get(kind, rest[0]))
        else:
            version, name = KINDS[kind]
            labels = dict(pair.split("=", 1) for pair in asked.get("labelSelector", "").split(",") if pair)
            items = api.objects.list(kind, labels)
            self._json({"kind": f"{name}List", "apiVersion": version, "metadata": {}, "items": items})

    def _json(self, value: Any, status: int = 200) -> None:
        with self.server.api.objects.lock:
            data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _log(self, name: str) -> None:
        """Give a pod's log as it comes, to its end."""
        self.server.api.objects.get("pods", name)
        pod = self.server.api.kubelet.pods[name]
        if not pod.processes:
            raise Refused(400, "BadRequest", "container is waiting to start")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        at = 0
        while True:
            over = pod.over or pod.deleted
            if data := bytes(pod.log[at:]):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                at += len(data)
            elif over:
                break
            else:
                time.sleep(0.02)
        self.wfile.write(b"0\r\n\r\n")
