"""Reports on calls: every number stands with the calls it was counted from, by the contract's own counting table."""
