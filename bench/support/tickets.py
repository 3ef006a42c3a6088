"""A desk with many tickets on the database named by the environment: `python -m bench.support.tickets --count N`."""

import argparse
import json

from madoguchi.cli.serve import prepare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--start", type=int, default=0)
    given = parser.parse_args()
    prepare()
    from bench.support.ticket_rows import fill, way_in  # noqa: PLC0415  # needs Django set up

    known = way_in()
    fill(count=given.count, start=given.start)
    print(json.dumps(known))


if __name__ == "__main__":
    main()
