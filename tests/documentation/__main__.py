"""`python -m tests.documentation` updates the generated parts of `docs/`."""

from tests.documentation.generated import main

if __name__ == "__main__":
    main()
