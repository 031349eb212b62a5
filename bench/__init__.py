"""What an operation costs: calls, capacity, bytes, CPU. `python -m bench` prints what `docs/bench.md` quotes."""
