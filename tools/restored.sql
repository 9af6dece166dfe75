-- Run by tools/restore.py between rows and triggers. Another cluster counts its transactions anew, so the numbers of old
-- ones mean nothing there, or, worse, some other transaction.

-- What the cached tiles know of changes begins here: whatever was drawn before is drawn again.
TRUNCATE public.tile_cache_change;
UPDATE public.tile_cache_layer SET horizon = pg_snapshot_xmax(pg_current_snapshot());
-- A step is looked for by the number of its own transaction; those that were restored are nobody's any more.
UPDATE public.incidents_step SET transaction = -abs(transaction);
