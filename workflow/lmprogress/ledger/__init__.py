"""The ledger: published, reproduced and corrected values side by side."""
