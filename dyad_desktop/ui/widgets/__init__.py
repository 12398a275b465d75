"""Parts that pages are made of; they know tokens and domain values, no page and no session."""
