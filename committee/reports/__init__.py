"""Pages and rows for people: the hand-off of a group, the page of an account, listings, the report of a load."""
