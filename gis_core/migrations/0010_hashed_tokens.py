"""Tokens of /api/v1/token/ were stored as they are: from now on their hash is, and they go on holding."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import migrations


def hash_tokens(apps, schema_editor):
    Token = apps.get_model("authtoken", "Token")
    Credential = apps.get_model("gis_core", "Credential")
    for one in Token.objects.all():
        digest = hashlib.sha256(one.key.encode()).hexdigest()
        made = Credential.objects.create(
            user_id=one.user_id,
            kind="token",
            title="/api/v1/token/",
            lookup=digest[:12],
            digest=digest,
            expires_at=one.created + timedelta(days=settings.TOKEN_DAYS),
        )
        Credential.objects.filter(pk=made.pk).update(created_at=one.created)
    Token.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("gis_core", "0009_turn"), ("authtoken", "0004_alter_tokenproxy_options")]

    # Back: whoever has such a token asks for another; a hash cannot be undone.
    operations = [migrations.RunPython(hash_tokens, migrations.RunPython.noop)]
