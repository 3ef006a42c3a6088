"""Run an outsourced public-sector service desk and prove the quality its contract promises."""
