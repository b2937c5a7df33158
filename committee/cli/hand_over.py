"""Hand over: handoff, export."""
