from collections.abc import AsyncIterator

import pytest

from local.postgres import Cluster
from tests.kit.ledger.books import Books, Library


@pytest.fixture(scope="session")
def library(cluster: Cluster) -> Library:
    return Library(cluster)


@pytest.fixture
async def books(library: Library) -> AsyncIterator[Books]:
    opened = await library.open()
    yield opened
    await library.close(opened)
