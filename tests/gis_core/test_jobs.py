"""Prove that a job is done once it is committed, survives its worker's death, and tells its asker how it went."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from gis_core import jobs
from gis_core.errors import Conflict, NotFound
from gis_core.models import Job
from tests.gis_core import job_tasks
from tests.waiting import wait_until
from tests.workers import Workers, workers

pytestmark = pytest.mark.django_db(transaction=True)
MEMORY_MB = 3000
"""A worker begins with less than that of address space."""


@pytest.fixture
def asker() -> Any:
    return get_user_model().objects.create_user("asker", password="x")


@pytest.fixture
def client(asker: Any) -> APIClient:
    signed_in = APIClient()
    signed_in.force_authenticate(asker)
    return signed_in


@pytest.fixture
def worker() -> Iterator[Workers]:
    with workers() as some:
        yield some


def state(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_jobs_are_done_told_and_refused_in_words(worker, asker, client, tmp_path):
    with transaction.atomic():
        counted = jobs.start(job_tasks.count, asker, "counting", traces=str(tmp_path / "t"), steps=3)
    refused = jobs.start(job_tasks.refuse, asker, "refused")
    broken = jobs.start(job_tasks.broken, None, "broken")
    later = jobs.start(
        job_tasks.count, asker, "later", at=timezone.now() + timedelta(hours=1), traces="", steps=1
    )
    with transaction.atomic():
        jobs.start(job_tasks.count, asker, "never", traces="", steps=1)
        transaction.set_rollback(True)
    worker()
    wait_until(lambda: all(state(job) in ("done", "failed") for job in (counted, refused, broken)))

    said = client.get(f"/api/v1/jobs/{counted.pk}/").json()
    assert (said["state"], said["done"], said["total"]) == ("done", 3, 3)
    assert said["result"] == {"steps": 3, "user": "asker"}
    said = client.get(f"/api/v1/jobs/{refused.pk}/").json()
    assert (said["state"], said["result"]["error"]["code"]) == ("failed", "no_way")
    assert said["message"] == "Sign in first."
    assert client.get(f"/api/v1/jobs/{broken.pk}/").status_code == 404  # the system's own
    assert state(broken) == "failed"
    assert state(later) == "waiting"
    assert [row["title"] for row in client.get("/api/v1/jobs/").json()] == ["later", "refused", "counting"]


def test_a_killed_workers_job_is_taken_up_again_or_failed_cleanly(worker, asker, tmp_path):
    traces, lone = tmp_path / "t", tmp_path / "o"
    job = jobs.start(job_tasks.count, asker, "x", traces=str(traces), steps=20, pause=0.1)
    single = jobs.start(job_tasks.once, asker, "x", traces=str(lone))
    first = worker()
    wait_until(lambda: traces.exists() and lone.exists())
    assert jobs.take_up() == 0  # a living worker's jobs are left to it
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = worker()
    wait_until(lambda: state(job) == "done" and state(single) == "failed")
    pids = {line.split(":")[0] for line in traces.read_text().splitlines()}
    assert pids == {str(first.pid), str(second.pid)}
    assert Job.objects.get(pk=job.pk).attempts == 2
    assert lone.read_text().split() == [str(first.pid)]


def test_what_a_dead_worker_left_in_the_queue_holds_nobody_back(worker, asker, tmp_path):
    left = jobs.start(job_tasks.count, asker, "left", lock="one by one", traces="", steps=1)
    traces = str(tmp_path / "t")
    behind = jobs.start(job_tasks.count, asker, "behind", lock="one by one", traces=traces, steps=1)
    # As it stands when a worker is killed between the end of a job and telling the queue.
    Job.objects.filter(pk=left.pk).update(state="done")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [left.queue_id])
    worker()
    wait_until(lambda: state(behind) == "done")
    assert state(left) == "done"


def test_a_job_whose_session_is_cut_and_comes_back_at_once_is_taken_up_and_not_failed(worker, asker):
    job = jobs.start(job_tasks.cut_off_once, asker, "x")
    worker()
    wait_until(lambda: state(job) in ("done", "failed"))
    assert (state(job), Job.objects.get(pk=job.pk).attempts) == ("done", 2)


def test_a_job_that_wants_more_memory_than_there_is_fails_in_words_and_the_worker_goes_on(
    worker, asker, client, tmp_path
):
    traces, kept = tmp_path / "t", tmp_path / "kept"
    kept.mkdir()
    greedy = jobs.start(
        job_tasks.fill_memory, asker, "greedy", lock="one by one", traces=str(traces), kept=str(kept)
    )
    after = jobs.start(job_tasks.count, asker, "after", lock="one by one", traces=str(traces), steps=1)
    process = worker.begin(WANGGE_MEMORY_MB=str(MEMORY_MB))
    wait_until(lambda: state(after) == "done")

    said = client.get(f"/api/v1/jobs/{greedy.pk}/").json()
    assert (said["state"], said["result"]["error"]["code"]) == ("failed", "too_much_memory")
    assert "more memory than its worker may have" in said["message"]
    assert Job.objects.get(pk=greedy.pk).attempts == 1
    # The same process did both, and nothing is left of what it had begun.
    assert traces.read_text().split() == [str(process.pid), f"{process.pid}:0"]
    assert process.poll() is None
    assert not get_user_model().objects.filter(username="half-written").exists()
    assert list(kept.iterdir()) == []


def test_a_late_word_of_a_lost_attempt_does_not_strand_the_job(worker, asker, tmp_path):
    job = jobs.start(job_tasks.count, asker, "x", traces=str(tmp_path / "t"), steps=1)
    with connection.cursor() as cursor:  # taken up, and then told to have failed
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job.queue_id])
    worker()
    wait_until(lambda: state(job) == "done")


def test_an_attempt_that_was_given_up_cannot_end_the_next(asker):
    job = jobs.start(job_tasks.count, asker, "x", traces="", steps=1)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=2)
    job.attempts = 1
    jobs._end(job, Job.State.FAILED)
    assert state(job) == "running"


def test_a_worker_told_to_end_leaves_its_job_to_the_next(worker, asker, tmp_path):
    job = jobs.start(job_tasks.count, asker, "x", traces=str(tmp_path / "t"), steps=25, pause=0.1)
    first = worker()
    wait_until(lambda: state(job) == "running")
    first.terminate()
    assert first.wait(10) == 0
    assert state(job) == "running"
    worker()
    wait_until(lambda: state(job) == "done")


def test_a_job_that_kills_every_worker_ends_failed(asker):
    job = jobs.start(job_tasks.count, asker, "x", traces="", steps=1)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=jobs.ATTEMPTS)
    assert jobs.take_up() == 1
    assert state(job) == "failed"


def test_who_asked_may_call_it_off(worker, asker, client, tmp_path):
    waiting = jobs.start(
        job_tasks.count, asker, "x", at=timezone.now() + timedelta(hours=1), traces="", steps=1
    )
    running = jobs.start(job_tasks.count, asker, "x", traces=str(tmp_path / "t"), steps=600, pause=0.1)
    stranger = APIClient()
    assert stranger.get(f"/api/v1/jobs/{waiting.pk}/").status_code == 401
    stranger.force_authenticate(get_user_model().objects.create_user("stranger"))
    assert stranger.post(f"/api/v1/jobs/{waiting.pk}/cancel/").status_code == 404
    worker()
    wait_until(lambda: state(running) == "running")
    assert client.post(f"/api/v1/jobs/{waiting.pk}/cancel/").json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{running.pk}/cancel/").status_code == 200
    wait_until(lambda: state(running) == "cancelled")
    again = client.post(f"/api/v1/jobs/{running.pk}/cancel/")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "job_ended")


def test_some_jobs_are_called_off_elsewhere_only(asker):
    job = jobs.start(job_tasks.refuse, asker, "x", at=timezone.now() + timedelta(hours=1))
    with pytest.raises(Conflict):
        jobs.cancel_by_user(asker, job.pk)
    assert jobs.cancel(job).state == "cancelled"
    with pytest.raises(NotFound):
        jobs.of(get_user_model().objects.create_user("other"), job.pk)
