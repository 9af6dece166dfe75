"""Events: what other programs and open pages are told, in the order in which it was committed.

An event is a row of `gis_core_event`, written in the transaction that it tells of and rolled back with it
(`emit` here, `event_emit` in SQL). `/events/` sends them on (docs/events.md).
"""

from gis_core.events.emitting import KINDS, emit

__all__ = ["KINDS", "emit"]
