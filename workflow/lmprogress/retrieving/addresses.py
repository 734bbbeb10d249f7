"""Which addresses may be asked: no other scheme than the web's, and no machine of a private network unless allowed.

Link-local addresses stay refused even then: there, a cloud's machines are told their credentials.

In: an address, a connection. Out: nothing, or RefusedAddress; a session that refuses by itself.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses within IPv6 ones, RFC 6052


class RefusedAddress(Exception):
    """An address that a manifest may not lead to."""


def check_address(url: str, *, private: bool) -> None:
    """Refuse `url` unless its scheme is http or https and its host public; with `private`, not link-local.

    Raises RefusedAddress. A host whose name cannot be resolved is let through: it cannot be connected to either,
    except by a proxy, which resolves it itself.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise RefusedAddress("is not an address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedAddress("is neither http:// nor https://")
    try:
        found = socket.getaddrinfo(host, port or 80, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    for *_, address in found:
        _check_reached(str(address[0]), host, private=private)


def guarded_session(*, private: bool) -> requests.Session:
    """A session of one connection at a time, whose connections are checked again by the address that they reached.

    So a name that resolves to something else the second time, or a redirect, leads nowhere private either.
    """
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(private=private))
    return session


def _check_reached(address: str, host: str, *, private: bool) -> None:
    reached = ipaddress.ip_address(address.split("%")[0])
    if isinstance(reached, ipaddress.IPv6Address):
        inner = reached.ipv4_mapped or reached.sixtofour
        if reached in _TRANSLATED:
            inner = ipaddress.IPv4Address(reached.packed[-4:])
        reached = inner or reached
    if reached.is_link_local:
        raise RefusedAddress(f"leads to a link-local address ({host} is {address})")
    if not private and (not reached.is_global or reached.is_multicast):
        raise RefusedAddress(f"leads to a private address ({host} is {address})")


def _checking(kind: type[Any], *, private: bool) -> type[Any]:
    """A `kind` of connection that is closed at once where it reached an address that is refused."""

    class Checking(kind):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            try:
                _check_reached(str(connected.getpeername()[0]), self.host, private=private)
            except BaseException:
                connected.close()
                raise
            return connected

    return Checking


class _Adapter(HTTPAdapter):
    def __init__(self, *, private: bool) -> None:
        self._private = private
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0, pool_block=True)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        # a proxy has a manager of its own: it may well stand in the private network
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": _checking(connection, private=self._private)})
            for scheme, pool, connection in (
                ("http", HTTPConnectionPool, HTTPConnection),
                ("https", HTTPSConnectionPool, HTTPSConnection),
            )
        }
