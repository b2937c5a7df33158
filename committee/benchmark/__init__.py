"""The open benchmark: made-up markets whose buying groups are known, and the scorer that judges an answer."""
