"""The audit: who did what, when, from where, with what before and after. Only ever added to (docs/access.md).

What is written into the database is noted there by triggers, whoever writes (`attaching`, sql/064_audit.sql). What
only the server knows is noted by `recording`: refusals, signing in, reading of protected fields.
"""

from gis_core.audit.recording import record

__all__ = ["record"]
