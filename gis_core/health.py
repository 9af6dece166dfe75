"""`/healthz`: the process answers and reaches its database. `/readyz`: it runs this tree's SQL as well."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from gis_core import sqlfiles


def healthz(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    try:
        current = sqlfiles.installed_digest() == sqlfiles.digest()
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok" if current else "run migrate"}, status=200 if current else 503)
