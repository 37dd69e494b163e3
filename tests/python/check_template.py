"""check_template.py [--region NAME] FILE…: the errors and warnings of cfn-lint, by the CloudFormation specification it carries, of one region or of all.

Ends with 1 where there are any.
"""

import argparse
import sys
from pathlib import Path

from cfnlint.api import lint
from cfnlint.core import get_rules
from cfnlint.helpers import REGIONS

parser = argparse.ArgumentParser()
parser.add_argument("--region", action="append")
parser.add_argument("files", nargs="+", type=Path)
arguments = parser.parse_args()

found = False
for file in arguments.files:
    # of its three grades the lowest, I, is advice on style
    for match in lint(file.read_text(), get_rules([], [], ["E", "W"]), arguments.region or REGIONS):
        found = True
        print(f"{file.name} {match.rule.id} {'/'.join(map(str, match.path or []))}: {match.message}", file=sys.stderr)
sys.exit(1 if found else 0)
