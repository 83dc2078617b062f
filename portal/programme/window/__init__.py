"""What the last so many days hold, kept up to date instead of counted anew."""
