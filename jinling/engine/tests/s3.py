"""An object store on the loopback for tests: the few words of S3 that Arrow's client says, objects kept in memory."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

SPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class Store(ThreadingHTTPServer):
    """``objects`` by bucket/name; ``broken`` makes every request fail."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.broken = False

    @property
    def address(self) -> str:
        """What JINLING_LAKE is set to."""
        return f"s3://lake/held?endpoint_override=http://127.0.0.1:{self.server_port}&region=us-east-1"


@contextmanager
def store() -> Iterator[Store]:
    """A running store."""
    server = Store()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Store

    def log_message(self, format: str, *args: Any) -> None:
        """Tests stay quiet."""

    def _asked(self) -> tuple[str, dict[str, list[str]], bytes]:
        parts = urlsplit(self.path)
        body = self._body()
        return unquote(parts.path).strip("/"), parse_qs(parts.query, keep_blank_values=True), body

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            plain = b""
            while body:
                head, _, body = body.partition(b"\r\n")
                size = int(head.split(b";")[0], 16)
                if not size:
                    break
                plain, body = plain + body[:size], body[size + 2 :]
            return plain
        return body

    def _say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", headers.get("size", str(len(body))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _xml(self, text: str) -> None:
        self._say(200, f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode(), Content_Type="application/xml")

    def _refuse(self, status: int, code: str) -> None:
        self._say(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def do_PUT(self) -> None:
        """An object, or a part of one."""
        name, query, body = self._asked()
        if self.server.broken:
            return self._refuse(403, "AccessDenied")
        if "partNumber" in query:
            self.server.uploads[query["uploadId"][0]][int(query["partNumber"][0])] = body
        elif "/" in name and not urlsplit(self.path).path.endswith("/"):
            self.server.objects[name] = body
        return self._say(200, ETag='"0"')

    def do_POST(self) -> None:
        """The beginning and the end of an upload in parts."""
        name, query, _body = self._asked()
        if self.server.broken:
            return self._refuse(403, "AccessDenied")
        if "uploads" in query:
            key = str(len(self.server.uploads))
            self.server.uploads[key] = {}
            return self._xml(
                f"<InitiateMultipartUploadResult {SPACE}><Bucket>lake</Bucket><Key>{escape(name)}</Key>"
                f"<UploadId>{key}</UploadId></InitiateMultipartUploadResult>"
            )
        parts = self.server.uploads[query["uploadId"][0]]
        self.server.objects[name] = b"".join(parts[number] for number in sorted(parts))
        return self._xml(
            f'<CompleteMultipartUploadResult {SPACE}><Key>{escape(name)}</Key><ETag>"0"</ETag>'
            "</CompleteMultipartUploadResult>"
        )

    def do_HEAD(self) -> None:
        """Whether an object is there."""
        name, _query, _body = self._asked()
        if name not in self.server.objects:
            return self._say(404)
        return self._say(200, size=str(len(self.server.objects[name])), ETag='"0"')

    def do_GET(self) -> None:
        """An object or a stretch of it, or a list."""
        name, query, _body = self._asked()
        if self.server.broken:
            return self._refuse(403, "AccessDenied")
        if "list-type" in query:
            prefix = f"{name}/{query.get('prefix', [''])[0]}"
            keys = sorted(key for key in self.server.objects if key.startswith(prefix))
            listed = "".join(
                f"<Contents><Key>{escape(key.removeprefix(f'{name}/'))}</Key><Size>{len(self.server.objects[key])}</Size>"
                '<ETag>"0"</ETag></Contents>'
                for key in keys
            )
            return self._xml(
                f"<ListBucketResult {SPACE}><Name>{name}</Name><KeyCount>{len(keys)}</KeyCount>"
                f"<IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
            )
        if name not in self.server.objects:
            return self._refuse(404, "NoSuchKey")
        whole = self.server.objects[name]
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            return self._say(200, whole, ETag='"0"')
        first, last = int(wanted[1]), min(int(wanted[2] or len(whole)), len(whole) - 1)
        return self._say(206, whole[first : last + 1], Content_Range=f"bytes {first}-{last}/{len(whole)}", ETag='"0"')

    def do_DELETE(self) -> None:
        """Gone, whether it was there or not."""
        name, _query, _body = self._asked()
        self.server.objects.pop(name, None)
        return self._say(204)
