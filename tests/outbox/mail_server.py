"""A mail server of the test's own, on a free port of this machine."""

import base64
import socketserver
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer:
    """Takes letters and answers as it is told.

    `answers` maps a command ("MAIL", "RCPT", "DATA") to the answers it gives before it is kind.
    """

    def __init__(self, certificate: str | None = None, *, offers_tls: bool = False, is_tls: bool = False):
        self.messages: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.logins: list[tuple[str, str]] = []
        self.was_encrypted: list[bool] = []
        self.connections = 0
        self.answers: dict[str, list[str]] = {}
        self.offers_tls = offers_tls
        self.is_tls = is_tls
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[socketserver.BaseRequestHandler]:
        server = self

        class Conversation(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                server.connections += 1
                try:
                    _converse(server, self.request)
                except (OSError, ssl.SSLError):
                    return

        return Conversation


def _converse(server: MailServer, connection) -> None:
    encrypted = server.is_tls
    if server.is_tls:
        connection = server.context.wrap_socket(connection, server_side=True)
    lines = connection.makefile("rb")
    _say(connection, "220 mail.test")
    while line := lines.readline():
        command, _, rest = line.decode().strip().partition(" ")
        command = command.upper()
        planned = server.answers.get(command)
        if planned:
            _say(connection, planned.pop(0))
        elif command == "EHLO":
            offers = ["250-mail.test", *(["250-STARTTLS"] if server.offers_tls and not encrypted else [])]
            _say(connection, *offers, "250 AUTH PLAIN")
        elif command == "STARTTLS":
            _say(connection, "220 go on")
            connection = server.context.wrap_socket(connection, server_side=True)
            lines, encrypted = connection.makefile("rb"), True
        elif command == "AUTH":
            _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
            server.logins.append((user, password))
            _say(connection, "235 welcome")
        elif command == "DATA":
            _say(connection, "354 go on")
            _take(server, lines, encrypted=encrypted)
            _say(connection, (server.answers.get("END") or ["250 taken"]).pop(0))
        elif command == "QUIT":
            _say(connection, "221 bye")
            return
        else:
            _say(connection, "250 ok")


def _take(server: MailServer, lines, *, encrypted: bool) -> None:
    content = b""
    for line in lines:
        if line == b".\r\n":
            break
        content += line.removeprefix(b".") if line.startswith(b"..") else line
    server.raw.append(content)
    server.messages.append(message_from_bytes(content, policy=policy.default))
    server.was_encrypted.append(encrypted)


def _say(connection, *lines: str) -> None:
    connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
