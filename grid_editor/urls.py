"""`/api/v1/plans/`: what the grid editor answers."""

from django.urls import path

from grid_editor.api import auto, commands, export, plans

PLAN = "api/v1/plans/<int:plan_id>"

urlpatterns = [
    path("api/v1/plans/", plans.PlanList.as_view()),
    path(f"{PLAN}/", plans.PlanDetail.as_view()),
    path(f"{PLAN}/grids/", plans.PlanGrids.as_view()),
    path(f"{PLAN}/defects/", plans.PlanDefects.as_view()),
    path(f"{PLAN}/log/", plans.PlanLogView.as_view()),
    path(f"{PLAN}/commands/", commands.Commands.as_view()),
    path(f"{PLAN}/auto/", auto.Auto.as_view()),
    path(f"{PLAN}/export/", export.Export.as_view()),
    path(f"{PLAN}/thumbnail.svg", export.Thumbnail.as_view()),
    path(f"{PLAN}/undo/", commands.Undo.as_view()),
    path(f"{PLAN}/redo/", commands.Redo.as_view()),
]
