"""`python -m madoguchi`."""

from madoguchi.cli.main import main

raise SystemExit(main())
