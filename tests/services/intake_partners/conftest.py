"""The one-partition log and the memory of the core's own tests serve here too."""

import sys
from pathlib import Path

BUS = Path(__file__).parents[2] / "unit" / "bus"
sys.path += [str(BUS), str(BUS / "directory")]
