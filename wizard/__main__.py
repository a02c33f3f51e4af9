"""`python -m wizard` is `storage-wizard`."""

from wizard.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
