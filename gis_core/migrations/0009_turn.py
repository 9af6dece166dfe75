from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gis_core", "0008_credentials")]

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("count", models.IntegerField()),
            ],
        ),
    ]
