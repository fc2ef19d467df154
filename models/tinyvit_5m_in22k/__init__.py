"""TinyViT-5M: the image embedding behind search by meaning and look-alikes."""
