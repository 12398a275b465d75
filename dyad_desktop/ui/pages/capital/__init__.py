"""Capital: requests in order, the envelope and its cut line, and what each gives back."""
