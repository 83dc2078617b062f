"""What comes in to be played: stays checked out, orders fulfilled, and either of them taken back."""
