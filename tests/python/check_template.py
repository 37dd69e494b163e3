"""check_template.py FILE: the errors and warnings of cfn-lint, by the CloudFormation specification it carries. Ends with 1 where there are any."""

import sys
from pathlib import Path

from cfnlint.api import lint_all

# of its three grades the lowest, I, is advice on style
matches = [match for match in lint_all(Path(sys.argv[1]).read_text()) if not match.rule.id.startswith("I")]
for match in matches:
    print(f"{match.rule.id} {'/'.join(map(str, match.path or []))}: {match.message}", file=sys.stderr)
sys.exit(1 if matches else 0)
