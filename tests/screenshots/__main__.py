"""`python -m tests.screenshots` draws the pictures in `screenshots/` again."""

from tests.screenshots.draw import main

if __name__ == "__main__":
    main()
