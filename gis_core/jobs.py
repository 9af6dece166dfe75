"""Background jobs: work that outlasts a request, kept in PostgreSQL and done by `manage.py work`.

An app's `tasks.py` holds thin functions around its services, each made a task by `@task(kind)`. `start` puts one in
the queue within the caller's transaction, so a rolled-back request leaves no job. procrastinate keeps the queue;
`gis_core_job` is the face that people see. While a job runs, its session holds an advisory lock on the job's number:
a lock that is free tells at once that the worker has died, and `take_up` brings the job back.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import exceptions, tasks
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gis_core import scope
from gis_core.errors import Conflict, NotFound, TooMuchMemory, WanggeError
from gis_core.models import Job

log = logging.getLogger(__name__)

LOCKS = 0x6A6F6273
"""First key of the advisory locks ("jobs" in ASCII); the second is the job's number."""
ATTEMPTS = 3
"""How often a job is begun whose worker dies each time; it may be the job that kills it."""
TELL_EVERY = 0.5
"""Seconds between two writes of the progress."""

Work = Callable[..., dict[str, Any] | None]


class Cancelled(Exception):
    """Raised by `Run.progress` when somebody has cancelled the job."""


@dataclass(frozen=True)
class Task:
    """What a job can do. `again`: it may be begun anew after its worker died; `cancellable`: by people."""

    kind: str
    work: Work
    again: bool
    cancellable: bool
    queued: "tasks.Task[Any, Any, Any]"


TASKS: dict[str, Task] = {}


class Run:
    """What the working function gets: the job, its maker, and where to tell the progress."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told = 0.0

    @property
    def user(self) -> Any:
        """Who asked for it; None for the system itself."""
        return self.job.created_by

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Tell how far it is. Call it outside transactions, or nobody sees it. Raises Cancelled."""
        if monotonic() - self._told < TELL_EVERY and done < total:
            return
        self._told = monotonic()
        row = Job.objects.filter(pk=self.job.pk)
        row.update(done=done, total=total, message=message)
        if row.filter(cancel_requested=True).exists():
            raise Cancelled

    def stopped(self) -> bool:
        """Whether somebody has cancelled it, for loops that ask rather than tell."""
        return Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists()


def task(kind: str, *, again: bool = True, cancellable: bool = True) -> Callable[[Work], Task]:
    """Make `work(run, **arguments) -> result` a task; arguments and result are JSON."""

    def decorate(work: Work) -> Task:
        def begin(job_id: int, **arguments: Any) -> None:
            _begin(made, job_id, arguments)

        made = Task(kind, work, again, cancellable, app.task(name=kind, pass_context=False)(begin))
        TASKS[kind] = made
        return made

    return decorate


def start(
    wanted: Task,
    user: Any,
    title: str,
    *,
    at: datetime | None = None,
    lock: str | None = None,
    **arguments: Any,
) -> Job:
    """Queue a job, for now or for a set time, in the caller's transaction. Jobs of one `lock` run one by one."""
    with transaction.atomic():
        job = Job.objects.create(
            kind=wanted.kind,
            title=title[:200],
            created_by=user,
            scheduled_at=at,
            language=translation.get_language() or "",
        )
        deferrer = wanted.queued.configure(schedule_at=at, lock=lock)
        job.queue_id = deferrer.defer(job_id=job.pk, **arguments)
        job.save(update_fields=["queue_id"])
    return job


def of(user: Any, job_id: int) -> Job:
    """One of the user's own jobs; superusers have all. Raises NotFound."""
    mine = (
        Job.objects.all() if getattr(user, "is_superuser", False) else Job.objects.filter(created_by=user.pk)
    )
    job = mine.filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no job %(job)s.") % {"job": job_id}, {"job": job_id})
    return job


@transaction.atomic
def cancel(job: Job) -> Job:
    """Call a job off: at once if it waits, else at its next progress. Raises Conflict when it has ended."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.ended:
        raise Conflict(_("The job has ended already."), {"state": job.state}, "job_ended")
    job.cancel_requested = True
    job.save(update_fields=["cancel_requested"])
    if job.state == Job.State.WAITING:
        app.job_manager.cancel_job_by_id(job.queue_id or 0)
        _end(job, Job.State.CANCELLED)
    job.refresh_from_db()
    return job


def cancel_by_user(user: Any, job_id: int) -> Job:
    """As `cancel`, of the user's own jobs. Raises Conflict for a kind that has a way of its own to call it off."""
    job = of(user, job_id)
    if job.kind in TASKS and not TASKS[job.kind].cancellable:
        raise Conflict(
            _("This job is called off where it was asked for."), {"kind": job.kind}, "not_cancellable"
        )
    return cancel(job)


# ---- in the worker ------------------------------------------------------------------------------------------


def _begin(made: Task, job_id: int, arguments: dict[str, Any]) -> None:
    with _held(job_id) as mine:
        if not mine:  # somebody looks after it just now; failed in the queue, it comes back
            raise RuntimeError(f"job {job_id} is held by another session")
        waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
        if waiting.update(state=Job.State.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1):
            job = Job.objects.select_related("created_by").get(pk=job_id)
            with translation.override(job.language or None), scope.acting(job.created_by):
                _do(made, job, arguments)


@contextmanager
def _held(job_id: int) -> Iterator[bool]:
    """Hold the job's advisory lock on this session; False when another session has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, job_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, job_id])


def _do(made: Task, job: Job, arguments: dict[str, Any]) -> None:
    session = connection.connection
    try:
        result = made.work(Run(job), **arguments)
    except Cancelled:
        _end(job, Job.State.CANCELLED)
    except WanggeError as error:
        _fail(job, error)
    except MemoryError as error:
        # What filled the memory hangs on the frames of the error; without it there is room to go on.
        traceback.clear_frames(error.__traceback__)
        log.exception("job %s (%s) went beyond the memory of its worker", job.pk, job.kind)
        message = _(
            "The job took more memory than its worker may have, and nothing was kept. Ask for less at once."
        )
        _fail(job, TooMuchMemory(message))
    except Exception:
        if connection.connection is not session:  # lost, and the lock with it: the job is taken up again
            raise
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _end(job, Job.State.FAILED, _("The job failed; the server's log says why."))
    else:
        _end(job, Job.State.DONE, result=result or {})


def _fail(job: Job, error: WanggeError) -> None:
    said = {"error": {"code": error.code, "message": error.message, "details": error.details}}
    _end(job, Job.State.FAILED, error.message, said)


def _end(job: Job, state: str, message: str | None = None, result: dict[str, Any] | None = None) -> None:
    """Tell how this attempt ended; nothing if the job was taken from it and is another's now."""
    fields: dict[str, Any] = {"state": state, "finished_at": timezone.now()}
    if message is not None:
        fields["message"] = message
    if result is not None:
        fields["result"] = result
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(**fields)


def take_up() -> int:
    """Bring back the jobs whose worker has died: into the queue again, or failed where that may not be.

    Returns how many. Safe to call from any number of workers at any time.
    """
    running = Job.objects.filter(state=Job.State.RUNNING).values_list("pk", flat=True)
    taken = sum(_take_up_one(job_id) for job_id in list(running))
    # The attempt that lost its session tells the queue of its failure late, perhaps when the job is back there already.
    failed = ProcrastinateJob.objects.filter(status="failed").values("pk")
    stranded = Job.objects.filter(state=Job.State.WAITING, queue_id__in=failed)
    return taken + sum(_queued_again(job) for job in stranded)


@transaction.atomic
def _take_up_one(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKS, job_id])
        (orphan,) = cursor.fetchone()
    job = Job.objects.select_for_update(of=("self",)).filter(pk=job_id, state=Job.State.RUNNING).first()
    if not orphan or job is None:
        return False
    made = TASKS.get(job.kind)
    if job.cancel_requested:
        _end(job, Job.State.CANCELLED)
    elif made is None or not made.again or job.attempts >= ATTEMPTS or not _queued_again(job):
        _end(job, Job.State.FAILED, _("The worker ended in the middle of the job."))
    else:
        Job.objects.filter(pk=job_id).update(state=Job.State.WAITING, done=0)
    return True


def _queued_again(job: Job) -> bool:
    """Put the job back into procrastinate's queue; False when that has lost it."""
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job.queue_id or 0, retry_at=timezone.now())
    except exceptions.ProcrastinateException:
        return False
    return True
