"""`python -m tests.gis_core.job_worker`: the real worker, which also knows the tests' tasks."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
django.setup()

from gis_core import jobs_worker  # noqa: E402
from tests.gis_core import job_tasks  # noqa: E402, F401

jobs_worker.LOOK_EVERY = 0.2
jobs_worker.PATIENCE = 0.5
jobs_worker.run()
