"""The working calendar: China's public holidays and working days at weekends, as far as they are announced.

The tables are made here by hand, not managed by Django: a flush leaves them alone.
"""

from django.db import migrations

TABLES = """
CREATE TABLE incidents_calendarday (day date PRIMARY KEY, working boolean NOT NULL, name varchar(60) NOT NULL DEFAULT '');
CREATE TABLE incidents_workhours (starts time PRIMARY KEY, ends time NOT NULL, CHECK (ends > starts));
CREATE TABLE incidents_workspan (starts timestamptz PRIMARY KEY, ends timestamptz NOT NULL, before interval NOT NULL UNIQUE);
INSERT INTO incidents_workhours VALUES ('08:30', '12:00'), ('13:30', '18:00');
"""
GONE = "DROP TABLE incidents_workspan, incidents_workhours, incidents_calendarday"


def seed(apps, schema_editor):
    from incidents.calendar import announced

    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO incidents_calendarday VALUES (%s, %s, %s)", announced())


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]
    operations = [migrations.RunSQL(TABLES, GONE), migrations.RunPython(seed, migrations.RunPython.noop)]
