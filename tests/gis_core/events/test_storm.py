"""Prove that a storm of incidents reaches hundreds of listeners whole, and that a quiet stream shows that it lives."""

import resource
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import serving
from tests.gis_core.events.conftest import Listener, emit

pytestmark = pytest.mark.django_db
LISTENERS, INCIDENTS = 500, 200


class Ear:
    """A bare socket on the stream: hundreds of these cost little."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.settimeout(60)
        self._socket.sendall(b"GET /events/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.heard = b""

    def until(self, wanted: bytes) -> None:
        """Listen until this has been said."""
        while wanted not in self.heard:
            chunk = self._socket.recv(1 << 16)
            assert chunk, "the stream ended"
            self.heard += chunk

    def close(self) -> None:
        self._socket.close()


def test_five_hundred_listeners_hear_a_storm_whole_and_in_order_and_then_the_heartbeat(database, raw):
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with serving.server(database, WANGGE_EVENT_HEARTBEAT="2") as site, ThreadPoolExecutor(8) as pool:
        ears = [Ear(site.port) for _ in range(LISTENERS)]
        list(pool.map(lambda ear: ear.until(b"id: "), ears))
        writer = raw()
        for n in range(INCIDENTS):
            emit(writer, f"storm {n}", kind="incident", code="410202001")
            writer.commit()
        last = f'"storm {INCIDENTS - 1}"'.encode()
        list(pool.map(lambda ear: ear.until(last), ears))
        wanted = [f'"storm {n}"'.encode() for n in range(INCIDENTS)]
        for ear in ears:
            places = [ear.heard.find(one) for one in wanted]
            assert -1 not in places
            assert places == sorted(places)
            assert ear.heard.count(b"storm") == INCIDENTS
            ear.heard = ear.heard[-1:]
        list(pool.map(lambda ear: ear.until(b": heartbeat"), ears))
        for ear in ears:
            ear.close()


def test_who_may_hear_nothing_of_a_storm_hears_the_heartbeat_all_the_same(database, raw):
    with serving.server(database, WANGGE_EVENT_HEARTBEAT="0.5") as site:
        here = Listener(site.address)
        writer, until = raw(), time.monotonic() + 5
        while here.comments < 3 and time.monotonic() < until:
            emit(writer, "not for all", code="410202001", permission="view_plan")
            writer.commit()
            time.sleep(0.05)
        assert here.comments >= 3
        assert here.is_quiet()
        here.close()
