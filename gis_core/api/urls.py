"""`/api/v1/`: what gis_core itself answers."""

from django.urls import path

from gis_core.api import areas, audit, credentials, jobs, signing_in

urlpatterns = [
    path("session/", signing_in.SessionView.as_view()),
    path("session/password/", credentials.Password.as_view()),
    path("session/second-factor/", credentials.SecondFactor.as_view()),
    path("credentials/", credentials.Credentials.as_view()),
    path("credentials/<int:number>/", credentials.OneCredential.as_view()),
    path("token/", signing_in.TokenView.as_view()),
    path("audit/", audit.Audit.as_view()),
    path("district/", areas.District.as_view()),
    path("areas/", areas.AreaList.as_view()),
    path("areas/at/", areas.AreaAt.as_view()),
    path("jobs/", jobs.JobList.as_view()),
    path("jobs/<int:job_id>/", jobs.JobDetail.as_view()),
    path("jobs/<int:job_id>/cancel/", jobs.JobCancel.as_view()),
    path("areas/<str:code>/", areas.AreaDetail.as_view()),
]
