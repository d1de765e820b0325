"""Statistical disclosure control: which cells to hide, what an attacker still learns, and the proof of it."""
