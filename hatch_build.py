"""Builds what a wheel carries beside the code: the assets, and the catalogues in compiled form.

A checkout needs no install: `flask assets build` writes the same assets by the same module.
"""

import sys
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface[Any]):
    """Runs in an isolated environment that has the build requirements and nothing of ours."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from portal import assets  # noqa: PLC0415 -- importable only once the root is on the path

        sizes_bytes = assets.build(root / "portal" / "static")
        self.app.display_info(f"assets: {sum(sizes_bytes.values()):,} bytes in {len(sizes_bytes)} files")
        for catalogue in sorted((root / "portal").glob("**/translations/*/LC_MESSAGES/*.po")):
            with catalogue.open("rb") as source, catalogue.with_suffix(".mo").open("wb") as compiled:
                mofile.write_mo(compiled, pofile.read_po(source))
