"""Admin: the catalogue, the departments with their people, the working calendar. Incidents are not edited here."""

from django.contrib import admin

from incidents.models import CalendarDay, Department, DepartmentMember, Item, WorkHours


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "category", "department", "level", "limit_hours", "limit_unit", "active")
    list_filter = ("category", "active", "self_close", "sensitive")
    search_fields = ("code", "name", "name_en")


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "active")


@admin.register(DepartmentMember)
class DepartmentMemberAdmin(admin.ModelAdmin):
    list_display = ("user", "department")
    autocomplete_fields = ("user",)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    list_display = ("day", "working", "name")
    date_hierarchy = "day"


@admin.register(WorkHours)
class WorkHoursAdmin(admin.ModelAdmin):
    list_display = ("starts", "ends")
