"""Make ``odoo.addons.<addon>.tools`` importable without Odoo and without a database.

``tools/`` never imports Odoo. Here ``odoo`` is an empty stand-in package, so that a tool that did
would fail at once, and the addons' own ``__init__`` (which imports models) is not run.
"""

import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def _stand_in(name, *folders):
    module = ModuleType(name)
    module.__path__ = [str(folder) for folder in folders]
    sys.modules[name] = module
    parent, _dot, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


if "odoo" not in sys.modules:
    _stand_in("odoo")
    _stand_in("odoo.addons")
    for manifest in sorted((ROOT / "addons").glob("*/__manifest__.py")):
        _stand_in(f"odoo.addons.{manifest.parent.name}", manifest.parent)

sys.path[:0] = [str(ROOT / "bin"), str(ROOT)]
