"""A company asks to join; the hotel looks, asks, and decides."""
