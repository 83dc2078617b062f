"""What a VIP bundle costs, line by line."""
