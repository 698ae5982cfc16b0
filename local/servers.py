"""The PostgreSQL server that the platform stores its data on: our own, or one that DATABASE_URL names."""

from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from local.passwords import Passwords


class Server(Protocol):
    """What the platform needs to know of a server; `local.postgres.Cluster` is one."""

    def url(self, database: str = "postgres", user: str = "postgres") -> str: ...

    def password(self, role: str) -> str: ...

    def remember(self, role: str, password: str) -> None: ...


class ServerElsewhere:
    """A running server of somebody else's; `url` is that of a role that may create roles and databases.

    The user `postgres` here means that role, whatever it is called there.
    """

    def __init__(self, url: str, passwords: Passwords) -> None:
        self._url = urlsplit(url)
        self._passwords = passwords
        if self._url.scheme not in {"postgresql", "postgres"} or not self._url.hostname:
            raise ValueError("DATABASE_URL must read postgresql://user:password@host:port/database")

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        address = self._url
        if user != "postgres":
            place = address.netloc.rpartition("@")[2]
            address = address._replace(netloc=f"{quote(user)}:{quote(self.password(user), safe='')}@{place}")
        if database != "postgres":
            address = address._replace(path=f"/{quote(database)}")
        return urlunsplit(address)

    def password(self, role: str) -> str:
        return self._passwords[role]

    def remember(self, role: str, password: str) -> None:
        self._passwords[role] = password
