"""Each new day: accounts are played on, and companies are told what it means for them."""
