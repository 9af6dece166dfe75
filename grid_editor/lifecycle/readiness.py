"""Whether a plan may be submitted: the kinds of its errors, one for each place; warnings do not count."""

from grid_editor import validations
from grid_editor.models import Plan


def errors(plan: Plan) -> list[str]:
    """The kind of every error of the plan."""
    return [one.kind for one in validations.errors(plan)]
