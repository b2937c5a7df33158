"""Export files to typed rows: each file is recognised by its column names, read, and accounted for line by line."""

from committee.loaders.incoming import Incoming, Words
from committee.loaders.reading import read

__all__ = ["Incoming", "Words", "read"]
