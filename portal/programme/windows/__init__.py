"""What a count was made of: the stays and orders of its window, night by night and euro by euro."""
