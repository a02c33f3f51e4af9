"""`python -m tests.screenshots` draws the screenshots in `screenshots/` again."""

from tests.screenshots.draw import main

if __name__ == "__main__":
    main()
