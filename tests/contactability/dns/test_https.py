"""DNS over HTTPS against a service on loopback, where the packages for it are installed."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections import deque
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dns.message
import pytest
from server import CANARIES, DnsServer, Habits

from custintel.contactability.dns.answer import Answer, ResolverError
from custintel.contactability.dns.https import Https
from custintel.contactability.dns.pace import Pace
from custintel.contactability.dns.resolver import Resolver

pytest.importorskip("httpx2", reason="dnspython[doh] is not installed")
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="makes a certificate with openssl")

ZONE = {("a.test", "MX"): ["10 m.a.test."], ("m.a.test", "A"): ["8.8.4.4"]}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key behind it."""
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", str(path), "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def service(certificate: Path) -> Iterator[tuple[str, DnsServer]]:
    """Its address, and the server whose zone and habits it has (which itself serves nobody)."""
    behind = DnsServer(ZONE)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            query = dns.message.from_wire(self.rfile.read(int(self.headers["content-length"])))
            reply = behind._reply(query, *behind._question(query), tcp=True).to_wire()
            self.send_response(500 if behind.habits.dead else 200)
            self.send_header("content-type", "application/dns-message")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    with behind:
        yield f"https://127.0.0.1:{web.server_port}/dns-query", behind
    web.shutdown()
    web.server_close()
    thread.join()


def test_answers_come_over_https(service: tuple[str, DnsServer], certificate: Path) -> None:
    url, _behind = service
    asking = Resolver(Https(url, Pace(), verify=ssl.create_default_context(cafile=f"{certificate}.crt")), CANARIES)
    questions = deque([("a.test", "MX"), ("m.a.test", "A"), ("gone.test", "MX"), ("a..b", "MX")])
    found = {question: answer for batch in asking.answers(questions) for question, answer in batch}
    assert found == {
        ("a.test", "MX"): Answer("ok", ("10 m.a.test",), 300),
        ("m.a.test", "A"): Answer("ok", ("8.8.4.4",), 300),
        ("gone.test", "MX"): Answer("nxdomain"),
        ("a..b", "MX"): Answer("nxdomain"),
    }


@pytest.mark.parametrize(("habits", "cause"), [(Habits(dead=True), "silent"), (Habits(hijack="8.8.8.8"), "inventing")])
def test_a_bad_service_is_found_out(
    service: tuple[str, DnsServer], certificate: Path, habits: Habits, cause: str
) -> None:
    url, behind = service
    behind.habits = habits
    asking = Resolver(Https(url, Pace(), verify=ssl.create_default_context(cafile=f"{certificate}.crt")), CANARIES)
    with pytest.raises(ResolverError) as caught:
        list(asking.answers(deque([("a.test", "MX")])))
    assert caught.value.cause == cause


def test_a_service_without_a_good_certificate_is_not_believed(service: tuple[str, DnsServer]) -> None:
    url, _behind = service
    with pytest.raises(ResolverError) as caught:
        list(Resolver(Https(url, Pace()), CANARIES).answers(deque([("a.test", "MX")])))
    assert caught.value.cause == "silent"
