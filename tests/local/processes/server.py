"""A small program to be kept running: answers on PORT; IGNORE_TERM=1 makes it deaf to a polite request.

ASK is an address it asks at its start; it writes the status of the answer to its log.
"""

import os
import signal
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if os.environ.get("IGNORE_TERM"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if address := os.environ.get("ASK"):
    with urllib.request.urlopen(address) as answer:  # noqa: S310 -- the test's own address
        sys.stdout.write(f"asked: {answer.status}\n")
        sys.stdout.flush()
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answers).serve_forever()
