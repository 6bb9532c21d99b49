"""Runs unkey.py against the server at KEYWAY_URL. Exits with 1 if any case failed."""

import sys
import warnings
from importlib.metadata import version

from harness import Results, world
from refusals import outside, refusals
from scenarios import scenarios

# The client marks `roleId` as deprecated and warns of it wherever it serialises one.
warnings.filterwarnings("ignore", category=DeprecationWarning)

results = Results(f"PyPI unkey.py {version('unkey.py')}")
place = world("python")
refusals(results, place)
scenarios(results, place)
outside(results)
sys.exit(1 if results.failed else 0)
