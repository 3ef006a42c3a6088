"""What the benchmarks share: made-up facts and timing."""
