"""The worker process: fetches jobs and does them, two at a time, and takes up what a dead worker left behind.

Told to end, it fetches no more and gives running jobs a few seconds; one that is not done by then is cut off, which
loses nothing: its transaction is rolled back, and the next worker takes the job up.
"""

import asyncio
import contextlib
import os
import signal

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as Queued
from procrastinate.jobs import Status

from gis_core import jobs, memory
from gis_core.models import Job

AT_ONCE = 2
LOOK_EVERY = 2.0
"""Seconds between two looks for jobs that a dead worker left."""
PATIENCE = 5.0
"""Seconds that running jobs get when the worker is told to end."""
STALLED = 30.0
"""Seconds without a heartbeat after which a worker is dead that had fetched a job and not yet begun it."""


def run() -> None:
    """Work until SIGTERM or SIGINT."""
    memory.bind()
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        asyncio.run(_work(working))


async def _work(working: App) -> None:
    async with working.open_async():
        await _look(working)
        worker = asyncio.ensure_future(
            working.run_worker_async(
                concurrency=AT_ONCE, install_signal_handlers=False, delete_jobs="successful"
            )
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _end, loop, worker)
        looking = asyncio.ensure_future(_keep_looking(working))
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([worker, looking], return_when=asyncio.FIRST_COMPLETED)
        looking.cancel()
        await asyncio.gather(worker, looking, return_exceptions=True)


def _end(loop: asyncio.AbstractEventLoop, worker: "asyncio.Future[None]") -> None:
    # Cancelling makes the worker stop fetching and wait; a thread cannot be cancelled, so after that we leave.
    loop.call_later(PATIENCE, os._exit, 0)
    worker.cancel()


async def _keep_looking(working: App) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await _look(working)


async def _look(working: App) -> None:
    await sync_to_async(_taken_up)()
    for stalled in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        await _settle(working, stalled)


async def _settle(working: App, left: Queued) -> None:
    """See to what a dead worker had fetched: not begun, it goes back; ended, it leaves the queue.

    There it would hold its lock for ever, and with it every later job of this lock.
    """
    state = await sync_to_async(_state_of)(left.id)
    if state == Job.State.WAITING:
        await working.job_manager.retry_job(left)
    elif state != Job.State.RUNNING:  # what is running is for `take_up`
        await working.job_manager.finish_job(left, Status.FAILED, delete_job=True)


def _taken_up() -> None:
    close_old_connections()
    jobs.take_up()
    close_old_connections()


def _state_of(queue_id: int | None) -> str | None:
    """Of the job behind this row of the queue; None for what comes round at set times, which has no face."""
    state = Job.objects.filter(queue_id=queue_id).values_list("state", flat=True).first()
    close_old_connections()
    return state
