"""What a night and an invitee's meal or room cost a client."""
