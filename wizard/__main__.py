"""`python -m wizard` is `storage-wizard`."""

from wizard.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
