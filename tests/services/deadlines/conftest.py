"""The one-partition log of the core's own tests serves here too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "unit" / "bus"))
