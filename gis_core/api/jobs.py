"""`/api/v1/jobs/`: the background jobs of the signed-in user: how far they are, their result, calling them off."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import jobs
from gis_core.access import NotSignedIn
from gis_core.models import Job

SHOWN = 100


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job as people see it."""

    created_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Job
        fields = (
            "id", "kind", "title", "state", "done", "total", "message", "result",
            "created_by", "created_at", "scheduled_at", "started_at", "finished_at",
        )  # fmt: skip


def _signed_in(request: Request) -> Any:
    if not request.user.is_authenticated:
        raise NotSignedIn(_("Sign in first."))
    return request.user


class JobList(APIView):
    """The user's last jobs, newest first."""

    @extend_schema(operation_id="jobs_list", responses=JobSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = Job.objects.filter(created_by=_signed_in(request)).select_related("created_by")
        return Response(JobSerializer(rows.order_by("-id")[:SHOWN], many=True).data)


class JobDetail(APIView):
    """One job."""

    @extend_schema(operation_id="jobs_read", responses=JobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        return Response(JobSerializer(jobs.of(_signed_in(request), job_id)).data)


class JobCancel(APIView):
    """Call a job off: at once if it waits, else where it next looks."""

    @extend_schema(operation_id="jobs_cancel", request=None, responses=JobSerializer)
    def post(self, request: Request, job_id: int) -> Response:
        return Response(JobSerializer(jobs.cancel_by_user(_signed_in(request), job_id)).data)
