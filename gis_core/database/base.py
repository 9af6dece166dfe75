"""The database backend: before Django uses a session, the session knows for whom it works (gis_core/scope.py).

Every query of Django passes `create_cursor`; here, and only here, is the scope written into the session that the
row-level security reads (sql/062_scope.sql). A session that comes out of the pool always gets it anew, whatever its
last user has left; so does one whose transaction was rolled back, for that rolls the setting back, too. The same
words say after how long its statements end (gis_core/statement_time.py), so that this costs no query of its own.
"""

from typing import Any

from django.conf import settings
from django.contrib.gis.db.backends.postgis import base
from django.db.backends.base.base import NO_DB_ALIAS
from psycopg.pq import TransactionStatus

from gis_core import scope, statement_time
from gis_core.database.pools import PromptPool

Wanted = tuple[str, str, str, str]
NOBODY: Wanted = ("", "", "", "")
SET = "SELECT set_config('wangge.user', %s, false), set_config('wangge.client', %s, false)"
SET_ROLE = ", set_config('role', %s, false)"
SET_TIME = ", set_config('statement_timeout', %s, false)"


class DatabaseWrapper(base.DatabaseWrapper):
    """See the module. `_told`: what the session was told last; None where nobody can be sure."""

    _told: Wanted | None = None

    @property
    def pool(self) -> PromptPool | None:
        """The process's pool, as Django makes it, but of a kind that knows when the database is away (pools.py).

        A connection is looked at before it is given out, so that a restart of the database fails no later request.
        """
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        pools: dict[str, PromptPool] = self._connection_pools  # type: ignore[attr-defined]
        if self.alias not in pools:
            made = PromptPool(
                kwargs={**self.get_connection_params(), "autocommit": True},
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined]
                check=PromptPool.check_connection,
                **options,
            )
            pools.setdefault(self.alias, made)
        return pools[self.alias]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A session; a fresh one works for nobody, one of the pool for nobody knows whom."""
        self._told = None if self.pool else NOBODY
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell()
        return super().create_cursor(name)

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        self._told = None

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None

    def _tell(self) -> None:
        wanted = _wanted()
        # In a transaction that has failed nothing can be set, and nothing can be read before it is rolled back.
        if wanted == self._told or self._has_failed():
            return
        self._told = None
        _user, _client, role, time = wanted
        words = SET + (SET_ROLE if role else "") + (SET_TIME if time else "")
        with self.connection.cursor() as cursor:
            cursor.execute(words, [*wanted[:2], *filter(None, (role, time))])
        self._told = wanted

    def _has_failed(self) -> bool:
        return bool(self.connection.info.transaction_status == TransactionStatus.INERROR)


def _wanted() -> Wanted:
    """The user, from where, the role of the database and the time of a statement; '' for what stays as it is.

    Only tests have requests in a role of its own, only the server ends statements.
    """
    user, client = scope.session_values()
    role = ""
    if settings.REQUEST_ROLE:
        role = settings.REQUEST_ROLE if scope.in_request() else "none"
    time = statement_time.setting(scope.statement_kind()) if settings.STATEMENTS_END else ""
    return user, client, role, time
