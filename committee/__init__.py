"""committee: which buying groups form inside which account, for which of the customer's programs, and why."""
