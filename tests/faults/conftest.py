from collections.abc import Iterator

import pytest

from tests.running import Platform


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of one's own: these tests kill parts of it."""
    with Platform.started(tmp_path_factory.mktemp("platform"), durable=True) as running:
        yield running
