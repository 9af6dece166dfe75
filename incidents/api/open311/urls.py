"""The addresses of GeoReport v2."""

from django.urls import path, register_converter

from incidents.api.open311 import views


class Kind:
    """A format."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Kind, "kind")

V2 = "open311/v2"

urlpatterns = [
    path("open311/discovery.<kind:kind>", views.Discovery.as_view()),
    path(f"{V2}/discovery.<kind:kind>", views.Discovery.as_view()),
    path(f"{V2}/services.<kind:kind>", views.Services.as_view()),
    path(f"{V2}/services/<str:code>.<kind:kind>", views.Service.as_view()),
    path(f"{V2}/requests.<kind:kind>", views.Requests.as_view()),
    path(f"{V2}/requests/<str:number>.<kind:kind>", views.OneRequest.as_view()),
    path(f"{V2}/tokens/<str:token>.<kind:kind>", views.Token.as_view()),
]
