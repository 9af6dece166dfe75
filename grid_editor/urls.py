"""`/api/v1/plans/`: what the grid editor answers."""

from django.urls import path

from grid_editor.api import (
    auto,
    commands,
    comments,
    defects,
    diff,
    export,
    lifecycle,
    plans,
    surroundings,
    upload,
)
from grid_editor.notices import views as notices

PLAN = "api/v1/plans/<int:plan_id>"

urlpatterns = [
    path("api/v1/plans/", plans.PlanList.as_view()),
    path(f"{PLAN}/", plans.PlanDetail.as_view()),
    path(f"{PLAN}/grids/", plans.PlanGrids.as_view()),
    path(f"{PLAN}/boundaries/", surroundings.PlanBoundaries.as_view()),
    path(f"{PLAN}/buildings/", surroundings.PlanBuildings.as_view()),
    path(f"{PLAN}/defects/", defects.PlanDefects.as_view()),
    path(f"{PLAN}/defects/<str:defect_id>/preview/", defects.Preview.as_view()),
    path(f"{PLAN}/repairs/", defects.Repairs.as_view()),
    path(f"{PLAN}/upload/", upload.Upload.as_view()),
    path(f"{PLAN}/log/", plans.PlanLogView.as_view()),
    path(f"{PLAN}/commands/", commands.Commands.as_view()),
    path(f"{PLAN}/auto/", auto.Auto.as_view()),
    path(f"{PLAN}/export/", export.Export.as_view()),
    path(f"{PLAN}/thumbnail.svg", export.Thumbnail.as_view()),
    path(f"{PLAN}/undo/", commands.Undo.as_view()),
    path(f"{PLAN}/redo/", commands.Redo.as_view()),
    path(f"{PLAN}/actions/", lifecycle.Actions.as_view()),
    path(f"{PLAN}/submit/", lifecycle.Submit.as_view()),
    path(f"{PLAN}/approve/", lifecycle.Approve.as_view()),
    path(f"{PLAN}/return/", lifecycle.Return.as_view()),
    path(f"{PLAN}/withdraw/", lifecycle.Withdraw.as_view()),
    path(f"{PLAN}/reopen/", lifecycle.Reopen.as_view()),
    path(f"{PLAN}/publish/", lifecycle.Publish.as_view()),
    path(f"{PLAN}/unschedule/", lifecycle.Unschedule.as_view()),
    path(f"{PLAN}/diff/", diff.Diff.as_view()),
    path(f"{PLAN}/conflicts/", lifecycle.Conflicts.as_view()),
    path(f"{PLAN}/rebase/", diff.Rebase.as_view()),
    path(f"{PLAN}/comments/", comments.Comments.as_view()),
    path(f"{PLAN}/comments/<int:comment_id>/resolve/", comments.Resolve.as_view()),
    path(f"{PLAN}/notice/", lifecycle.Notice.as_view()),
    path("notices/<int:plan_id>/", notices.page),
    path("notices/<int:plan_id>.pdf", notices.printed),
    path(f"{PLAN}/lineage/", lifecycle.PlanLineage.as_view()),
    path("api/v1/areas/<str:code>/lineage/", lifecycle.AreaLineage.as_view()),
]
