"""Prove that the one-click page has words for every value that an incident may have, in both languages."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from incidents.loop.actions import ACTIONS
from incidents.loop.people import words
from incidents.models import Evaluation, Incident, Photo
from layers.situation.kinds import KINDS

CHOICES = {
    "source": Incident.Source.values,
    "located": Incident.LocatedBy.values,
    "urgency": Incident.Urgency.values,
    "light": Incident.Light.values,
    "party": Evaluation.Party.values,
    "phase": Photo.Phase.values,
    "level": [1, 2, 3, 4],
    "unit": ["natural", "working"],
    "sign": [kind.key for kind in KINDS],
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_value_has_its_words_on_the_page(language):
    text = (Path(settings.BASE_DIR) / "web/src/i18n" / f"incident.{language}.ts").read_text()
    known = set(re.findall(r"^  '(inc\.[\w.]+)':", text, re.MULTILINE))
    wanted = {f"inc.{name}.{value}" for name, values in CHOICES.items() for value in values}
    assert wanted - known == set()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.key)
def test_who_may_do_an_action_is_said_in_words(action):
    assert not re.search(r"_|^$", words(action))


def test_the_words_name_roles_tiers_and_parts():
    by_key = {action.key: words(action) for action in ACTIONS}
    assert by_key["accept"] == "dispatcher of the village or above, grid worker of the village or above"
    assert by_key["reopen"] == "who reported it, committee, dispatcher"
