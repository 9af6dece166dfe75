"""The mirror of changes for threads: the same rule as `tile_cache.mirror`, asked over Django's own connection."""

import json
import threading

from django.db import connection

from tile_cache.mirror import LIFE, NEWS, Drawn, Mirror


class Following(Mirror):
    """One for the process; any thread may ask."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def advance(self) -> tuple[str, str]:  # type: ignore[override]  # a thread's, where the base is an event loop's
        """Know of everything committed before this call; (life of the database, snapshot) of that moment."""
        # The connection first: whoever held the lock and waited for one would wait for those who wait for the lock.
        with connection.cursor() as cursor, self._lock:
            cursor.execute(LIFE)
            self.take_life(cursor.fetchone()[0])
            cursor.execute(NEWS, {"seen": self.seen})
            seen, layers, news = cursor.fetchone()
            # Django's connections leave jsonb as text.
            self.take(seen, json.loads(layers or "[]"), json.loads(news or "[]"))
            return self.life, seen

    def holds(self, drawn: Drawn) -> bool:
        with self._lock:
            return self.knows(drawn.layers) and super().holds(drawn)
