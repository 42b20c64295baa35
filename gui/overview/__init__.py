"""The parts of the first page: what stands, and a card for each flow with its two sides."""
