"""`/notices/{id}/` and `/notices/{id}.pdf`: a published plan for everybody; a draft of it for who sees the plan.

Chinese unless English is asked for: by `?lang=en`, or by a browser that wants it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from gis_core import scope
from gis_core.errors import NotFound, WanggeError, as_response
from grid_editor import selectors
from grid_editor.models import Plan
from grid_editor.notices import paper

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def readable(user: object, plan_id: int) -> Plan:
    """A published plan, or one that the user may see. Raises NotFound: what is not published exists for nobody else."""
    with scope.system():  # what is published is posted in public
        plan = Plan.objects.filter(pk=plan_id, state=Plan.State.PUBLISHED).first()
    if plan is not None:
        return plan
    try:
        selectors.plan(user, plan_id)  # type: ignore[arg-type]
        return Plan.objects.get(pk=plan_id)
    except WanggeError:
        raise NotFound(_("There is no notice %(plan)s.") % {"plan": plan_id}, {"plan": plan_id}) from None


def _answered(request: HttpRequest, plan_id: int, make: Callable[[Plan], HttpResponse]) -> HttpResponse:
    language = LANGUAGES.get(request.GET.get("lang", ""), translation.get_language())
    with translation.override(language):
        try:
            plan = readable(request.user, plan_id)
            with scope.system():  # allowed just now; the paper takes all that belongs to the plan
                return make(plan)
        except WanggeError as refused:
            return as_response(refused)


def page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The page."""
    return _answered(request, plan_id, lambda plan: HttpResponse(paper.html(plan)))


def printed(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The PDF."""

    def make(plan: Plan) -> HttpResponse:
        answer = HttpResponse(paper.pdf(plan), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="notice-{plan.pk}.pdf"'
        return answer

    return _answered(request, plan_id, make)
