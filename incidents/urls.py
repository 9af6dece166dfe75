"""The addresses of incidents."""

urlpatterns: list[object] = []
