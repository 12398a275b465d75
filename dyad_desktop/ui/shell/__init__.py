"""The frame around every page: window, rail, purpose line, inspector, palette of commands, welcome."""
