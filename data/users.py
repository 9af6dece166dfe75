"""The sample city's users: one per role for Longting district, named as the role, password `sample-<role>`."""

from django.contrib.auth import get_user_model

from gis_core.models import Membership, Role

DISTRICT = "410202"


def create_sample_users() -> None:
    """Make those that are missing, each with its one membership; others keep what they have."""
    users = get_user_model().objects
    for role in Role.values:
        user, made = users.get_or_create(username=role)
        if made:
            user.set_password(f"sample-{role}")
            user.save(update_fields=["password"])
            Membership.objects.create(user=user, role=role, code_prefix=DISTRICT)


def open_to_everybody() -> list[str]:
    """The accounts that anybody may sign in to who has read the documentation."""
    found = get_user_model().objects.filter(username__in=Role.values, is_active=True).order_by("username")
    return [user.get_username() for user in found if user.check_password(f"sample-{user.get_username()}")]
