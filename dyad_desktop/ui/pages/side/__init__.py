"""Side by side: one thing in two columns, each partner's own or then and now."""
