"""Draw tiles before anybody asks for them: `manage.py seed_tiles`, done by a background job.

A tile that is kept and still holds is passed over, so a job that was killed, or is asked for again, goes on where it
was, and draws anew what has changed meanwhile.
"""
