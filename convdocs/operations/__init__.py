"""The operations, each derived on the ground alone: they share one rule for numbers only."""
