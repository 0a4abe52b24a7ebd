"""The operations, each derived on the ground alone: none imports another."""
