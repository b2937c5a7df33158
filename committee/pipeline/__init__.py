"""The product from top to bottom, as plain calls: the only place where loaders, store, settings and analyses meet."""

from committee.pipeline.clock import moment_now
from committee.pipeline.detecting import detect, detect_store
from committee.pipeline.loading import load, read_files, unload

__all__ = ["detect", "detect_store", "load", "moment_now", "read_files", "unload"]
