"""dlib's gender classifier: a first opinion on the expression of gender."""
