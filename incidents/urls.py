"""The addresses of incidents."""

from django.urls import include, path, register_converter

from incidents import pages
from incidents.api import catalogue, incidents, replay, situation, statistics


class Number:
    """An incident's number: digits only, so that `batch` is none."""

    regex = r"[0-9]{1,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Number, "incident")

API = "api/v1/incidents"
ONE = f"{API}/<incident:number>"

urlpatterns = [
    path("incidents/", pages.place),
    path("incidents/<incident:number>", pages.one),
    path("incidents/<incident:number>/", pages.one),
    path(f"{API}/", incidents.Incidents.as_view()),
    path(f"{API}/batch/", incidents.Batch.as_view()),
    path(f"{API}/replay/", replay.Replay.as_view()),
    path(f"{ONE}/", incidents.IncidentDetail.as_view()),
    path(f"{ONE}/actions/", incidents.Actions.as_view()),
    path(f"{ONE}/actions/<slug:action>/", incidents.DoAction.as_view()),
    path(f"{ONE}/duplicates/", incidents.Duplicates.as_view()),
    path(f"{ONE}/situation/", situation.IncidentSituation.as_view()),
    path(f"{ONE}/photos/", incidents.Photos.as_view()),
    path(f"{ONE}/photos/<int:photo_id>.jpg", incidents.PhotoFile.as_view()),
    path("api/v1/incident-items/", catalogue.Items.as_view()),
    path("api/v1/departments/", catalogue.Departments.as_view()),
    path("api/v1/incident-loop/", catalogue.Loop.as_view()),
    path("api/v1/geocode/", catalogue.Geocode.as_view()),
    path("api/v1/statistics/", statistics.Statistics.as_view()),
    path("", include("incidents.api.open311.urls")),
]
