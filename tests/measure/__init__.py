"""Commands that print how well Fovea does on the measured set; not collected as tests."""
