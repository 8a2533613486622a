"""The README and the guides: what they show to be typed or copied works, and their pictures are small."""
