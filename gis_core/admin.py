"""Admin: who holds which role where, and the audit, which is only looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from gis_core.audit.models import AuditEntry
from gis_core.models import Membership


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "role", "code_prefix")
    list_filter = ("role",)
    search_fields = ("user__username", "code_prefix")
    autocomplete_fields = ("user",)


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ("at", "who", "client", "action", "object", "key", "code")
    list_filter = ("action", "object")
    search_fields = ("who", "key", "code")
    date_hierarchy = "at"
    ordering = ("-id",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
