"""The partnership: charter, decision rights, decisions, meetings and actions, partners and pulse."""
