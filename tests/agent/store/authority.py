"""A time-stamp authority on this machine: openssl behind a small HTTP server."""

import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, the time-stamp authority, is not installed"
)

SETTINGS = """
[tsa]
default_tsa=local
[local]
serial={folder}/serial
signer_cert={folder}/authority.pem
signer_key={folder}/authority.key
signer_digest=sha256
default_policy=1.2.3.4.1
digests={digests}
"""


def _certificate(subject, key, signed_by, lasts, extension):
    issuer, issuer_key = signed_by
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]),
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + lasts,
    )
    signed = builder.add_extension(extension, critical=True).sign(issuer_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


class Authority:
    """A root, and the authority it vouches for; `lasts` is how long both are valid."""

    def __init__(
        self,
        folder,
        *,
        lasts=timedelta(days=1),
        digests="sha256",
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    ):
        folder.mkdir()
        self.folder = folder
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = (f"root {root_key.public_key().public_numbers().x}"[:60], root_key)
        self.root = _certificate(root[0], root_key, root, lasts, x509.BasicConstraints(True, None))
        usage = x509.ExtendedKeyUsage([purpose])
        certificate = _certificate("authority", key, root, lasts, usage)
        (folder / "root.pem").write_bytes(self.root)
        (folder / "authority.pem").write_bytes(certificate)
        (folder / "authority.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "settings").write_text(SETTINGS.format(folder=folder, digests=digests))
        self.queries = []
        self.status = 200
        self.type = "application/timestamp-reply"
        self.delay = 0
        self.answer = self.reply
        self.url = None

    def reply(self, query):
        """What openssl says to a query, be it a refusal."""
        (self.folder / "query").write_bytes(query)
        return self._openssl("-reply", "-config", "settings", "-queryfile", "query").stdout

    def agrees(self, stamp):
        """Whether openssl finds that a kept answer belongs to the kept query."""
        (self.folder / "query").write_bytes(stamp.query)
        (self.folder / "answer").write_bytes(stamp.response)
        arguments = ("-queryfile", "query", "-in", "answer", "-CAfile", "root.pem")
        return self._openssl("-verify", *arguments).returncode == 0

    def _openssl(self, *arguments):
        command = ("openssl", "ts", *arguments)
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=False)

    @contextmanager
    def serving(self):
        server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{server.server_port}/tsa"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _handler(authority):  # noqa: N805 - `self` is the handler, inside
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["Content-Length"]))
                authority.queries.append((self.headers["Content-Type"], query))
                time.sleep(authority.delay)
                answer = authority.answer(query)
                self.send_response(authority.status)
                self.send_header("Content-Type", authority.type)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        return Handler
