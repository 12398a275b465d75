"""Goals: shared aims by objective, how they stand, and what the pair says of them."""
