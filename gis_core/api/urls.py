"""`/api/v1/`: what gis_core itself answers."""

from django.urls import path

from gis_core.api import areas

urlpatterns = [
    path("district/", areas.District.as_view()),
    path("areas/", areas.AreaList.as_view()),
    path("areas/at/", areas.AreaAt.as_view()),
    path("areas/<str:code>/", areas.AreaDetail.as_view()),
]
