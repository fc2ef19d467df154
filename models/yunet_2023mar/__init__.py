"""YuNet: finds faces."""
