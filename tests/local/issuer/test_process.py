"""The issuer as a program of its own: `python -m local.issuer`."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from local import ports

ROOT = Path(__file__).parents[3]
DEADLINE_SECONDS = 30


def environment(tmp_path: Path, **changes: str) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": str(tmp_path), "ENVIRONMENT": "test", **changes}


@contextmanager
def running(tmp_path: Path, port: int) -> Iterator[httpx2.Client]:
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "local.issuer"],
        cwd=ROOT,
        env=environment(tmp_path, ISSUER=url, SERVICE_CLIENTS='{"service:funds": "hush"}'),
    )
    try:
        with httpx2.Client(base_url=url, trust_env=False) as client:
            _wait_until_ready(client, process)
            yield client
    finally:
        process.terminate()
        process.wait(DEADLINE_SECONDS)


def _wait_until_ready(client: httpx2.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the issuer ended"
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx2.ConnectError:
            continue
    raise AssertionError("the issuer did not answer in time")


def test_it_serves_and_its_keys_outlive_a_restart(tmp_path: Path) -> None:
    port = ports.pick()
    with running(tmp_path, port) as client:
        found = client.get("/.well-known/openid-configuration").json()
        assert found["token_endpoint"] == f"http://127.0.0.1:{port}/token"
        given = client.post(
            "/token",
            data={"grant_type": "client_credentials"},
            auth=httpx2.BasicAuth("service:funds", "hush"),
        )
        assert given.json()["scope"] == "households.status events.write"
        keys = client.get("/jwks").json()
        # A header must not make a stranger of this machine, nor this machine of a stranger.
        forwarded = client.get("/jwks", headers={"X-Forwarded-For": "203.0.113.9"})
        assert forwarded.status_code == 403
    with running(tmp_path, port) as client:
        assert client.get("/jwks").json() == keys


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"ENVIRONMENT": "production"}, "ENVIRONMENT"),
        ({"HOST": "0.0.0.0"}, "HOST"),
        ({"HOST": "192.168.1.10"}, "HOST"),
        ({"ISSUER": "http://id.example.org"}, "ISSUER"),
        ({"GATEWAY_URL": "https://example.org"}, "GATEWAY_URL"),
        ({"SERVICE_CLIENTS": '{"funds": "hush"}'}, "SERVICE_CLIENTS"),
        ({"SERVICE_CLIENTS": "hush"}, "SERVICE_CLIENTS"),
        ({"DATA_DIR": ""}, "DATA_DIR"),
    ],
)
def test_it_does_not_start_anywhere_else_and_says_why(tmp_path: Path, changes: dict[str, str], name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "local.issuer"],
        cwd=ROOT,
        env=environment(tmp_path, **changes),
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("the development issuer does not start: ")
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hush" not in ended.stderr
