import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_passed_over(taken: int) -> None:
    assert not ports.is_free(taken)
    assert ports.next_free(taken) != taken
    assert ports.pick(taken) != taken


def test_a_chosen_port_is_none_that_an_outgoing_connection_may_be_given_before_the_server_starts(taken: int) -> None:
    lent = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(lent.read_text().split()[0]) if lent.exists() else 49_152
    assert ports.pick(taken) < first


def test_who_has_the_port_is_named(taken: int) -> None:
    assert f"(process {os.getpid()})" in ports.holder(taken)


def test_ports_stay_the_same_differ_and_avoid_the_door(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    first = ports.kept(kept, ("a", "b", "c"), avoid=0)
    assert len(set(first.values())) == 3
    again = ports.kept(kept, ("a", "b", "c"), avoid=first["b"])
    assert again["a"] == first["a"]
    assert again["b"] not in first.values()
