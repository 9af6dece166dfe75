"""Prove that invented incidents can be taken out whole, and that no others can."""

import io

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Incident, Step
from incidents.sample import clearing
from tests.incidents.conftest import URL, body

pytestmark = pytest.mark.django_db


def reported(api, system: str) -> int:
    answer = api.post(URL, body(source_system=system, description=f"{system}的事件"), format="json")
    assert answer.status_code == 201, answer.content
    return Incident.objects.get(number=answer.json()["number"]).pk


def test_a_played_day_goes_and_what_others_reported_stays(api):
    played, real = reported(api, "simulation"), reported(api, "hotline")
    out = io.StringIO()
    call_command("clear_incidents", "simulation", stdout=out)
    assert out.getvalue() == "incidents taken out: 1\n"
    assert list(Incident.objects.values_list("pk", flat=True)) == [real]
    assert set(Step.objects.values_list("incident_id", flat=True)) == {real}
    assert played != real


def test_real_ones_are_never_taken_out(api):
    reported(api, "hotline")
    with pytest.raises(CommandError, match="simulation"):
        call_command("clear_incidents", "hotline")
    with pytest.raises(ValueError, match="simulation"):
        clearing.clear("hotline")
    assert Incident.objects.count() == 1
