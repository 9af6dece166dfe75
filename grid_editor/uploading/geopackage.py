"""A GeoPackage is a database: it may bring SQL of its own, which reading it would run. Only plain tables are read.

A view or a computed column can go on for ever. Triggers stay, every GeoPackage has them, and reading runs none.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from django.utils.translation import gettext as _

from grid_editor.uploading.refusals import WrongFile

COMPUTED = re.compile(r"\bgenerated\s+always\b|\bas\s*\(", re.IGNORECASE)
VIRTUAL = re.compile(r"\s*create\s+virtual\s+table\b(?!.*\busing\s+rtree\b)", re.IGNORECASE | re.DOTALL)
MOST_OBJECTS = 2_000


def check(path: Path, name: str) -> None:
    """Raises WrongFile for views, computed columns, virtual tables but R-trees, and what is no SQLite."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            # The catalogue is a table: reading it runs nothing.
            rows = database.execute(
                "SELECT type, name, coalesce(sql, '') FROM sqlite_master LIMIT ?", [MOST_OBJECTS + 1]
            ).fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise WrongFile(_("%(file)s cannot be read: %(reason)s") % {"file": name, "reason": error}) from error
    if len(rows) > MOST_OBJECTS:
        raise WrongFile(
            _("%(file)s has more than %(most)d tables and indexes.") % {"file": name, "most": MOST_OBJECTS}
        )
    for kind, what, statement in rows:
        if kind == "view" or (kind == "table" and (COMPUTED.search(statement) or VIRTUAL.match(statement))):
            text = _("%(file)s holds %(what)s, which is a view or computed. Allowed are plain tables.")
            raise WrongFile(text % {"file": name, "what": str(what)[:80]})
