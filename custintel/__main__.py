"""``python -m custintel`` is the same as ``ci``."""

from custintel.cli import main

if __name__ == "__main__":
    main()
