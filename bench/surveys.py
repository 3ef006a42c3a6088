"""A survey of 100,000 answers scored: every question with its intervals, and the contract's figure.

A database of its own is made and deleted (SQLite). 20,000 people answered five questions each.
"""

import argparse
import os
import tempfile
from pathlib import Path

from madoguchi.cli.serve import prepare


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    os.environ.pop("MADOGUCHI_DATABASE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MADOGUCHI_DATA"] = folder
        prepare()
        from bench.support.survey_scoring import score  # noqa: PLC0415  # needs Django set up

        return score(Path(folder))


if __name__ == "__main__":
    raise SystemExit(main())
