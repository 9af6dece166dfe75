"""axe-core on the page that is shown: what it calls serious or critical."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

SOURCE = Path(settings.BASE_DIR) / "web" / "node_modules" / "axe-core" / "axe.min.js"


def serious_faults(page: Page) -> list[str]:
    """Evaluated, not added as a script, which the pages' own policy forbids."""
    page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{fault['id']}: {[node['html'] for node in fault['nodes'][:3]]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]
