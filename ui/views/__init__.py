"""What shows pictures: the wall, one photo, two beside each other, and how they paint."""
