"""``python -m codestrata.cli``."""

from codestrata.cli import main

if __name__ == "__main__":
    main()
