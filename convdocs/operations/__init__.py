"""The operations, derived on the ground alone; they share rules for numbers and windows."""
