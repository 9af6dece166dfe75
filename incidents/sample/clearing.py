"""Takes invented incidents out, whole, as if they had never been; only the owner of the tables can."""

from django.db import connection

INVENTED = ("sample", "simulation", "bench")
"""Source systems that stand for nobody: the loaded weeks, a played day, a measurement."""
LISTED = """
CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT id FROM incidents_incident WHERE source_system = %s
"""
CLEAR = (
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET CONSTRAINTS ALL DEFERRED",
    "ALTER TABLE incidents_step DISABLE TRIGGER step_refuse_row",
    "ALTER TABLE incidents_incident DISABLE TRIGGER incident_refuse_row",
    "DELETE FROM incidents_step WHERE incident_id IN (SELECT id FROM pg_temp.gone)",
    "DELETE FROM incidents_evaluation WHERE incident_id IN (SELECT id FROM pg_temp.gone)",
    "DELETE FROM incidents_whistle WHERE incident_id IN (SELECT id FROM pg_temp.gone)",
    "DELETE FROM incidents_photo WHERE incident_id IN (SELECT id FROM pg_temp.gone)",
    "DELETE FROM incidents_reportkey WHERE incident_id IN (SELECT id FROM pg_temp.gone)",
    "UPDATE incidents_incident SET merged_into_id = NULL WHERE merged_into_id IN (SELECT id FROM pg_temp.gone)",
    "DELETE FROM incidents_incident WHERE id IN (SELECT id FROM pg_temp.gone)",
    "SET CONSTRAINTS ALL IMMEDIATE",
    "ALTER TABLE incidents_step ENABLE ALWAYS TRIGGER step_refuse_row",
    "ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incident_refuse_row",
    "SET CONSTRAINTS ALL DEFERRED",
)


def clear(system: str) -> int:
    """Within a transaction: all incidents that came from one of `INVENTED`. Returns how many.

    Raises ValueError for any other system.
    """
    if system not in INVENTED:
        raise ValueError(f"{system} invents no incidents; {', '.join(INVENTED)} do")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.gone")
        cursor.execute(LISTED, [system])
        count = cursor.rowcount
        for statement in CLEAR:
            cursor.execute(statement)
        cursor.execute("DROP TABLE pg_temp.gone")
    return count
