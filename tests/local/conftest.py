import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.postgres import Cluster

_DEADLINE = 60.0


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits until the condition holds; fails after a minute."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + _DEADLINE
        while not condition():
            assert time.monotonic() < deadline, "it did not come about within a minute"
            time.sleep(0.02)

    return wait


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that was never started, removed afterwards."""
    cluster = Cluster(tmp_path / "cluster", durable=False)
    yield cluster
    cluster.remove()
