"""What guests said, counted: with intervals, and with cells too small hidden."""
