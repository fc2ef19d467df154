"""The look: dark tokens, one spacing scale, one type scale, one stylesheet. Greys are neutral and tint no photo."""

from PySide6.QtWidgets import QApplication

PLATE, WINDOW, PANEL, RAISED = "#161616", "#1E1E1E", "#282828", "#333333"
TITLE, BODY, CAPTION = "#F2F2F2", "#C4C4C4", "#9E9E9E"
EDGE, HAIRLINE, ACCENT, FILL = "#8A8A8A", "#444444", "#6CB2FF", "#1D63D8"

CELL, GAP, MARGIN = 176, 6, 16  # px; a thumbnail's side, the space between two of them, the space around
SMALL, TEXT, HEAD = 11, 13, 15  # px; letters on pictures, of the body, of titles

SHEET = f"""
QWidget {{ background: {WINDOW}; color: {BODY}; font-size: {TEXT}px; }}
QLineEdit {{
    background: {PLATE}; color: {TITLE}; border: 1px solid {EDGE}; border-radius: 4px; padding: 0 12px;
    min-height: 34px; placeholder-text-color: {CAPTION};
    selection-background-color: {FILL}; selection-color: white;
}}
QLineEdit:focus {{ border: 1px solid {ACCENT}; }}
QLabel#caption, QLabel#message {{ color: {CAPTION}; }}
QLabel#message {{ font-size: {HEAD}px; }}
QFrame#hairline {{ background: {HAIRLINE}; border: none; }}
QTextEdit {{
    background: {PANEL}; border: none; selection-background-color: {FILL}; selection-color: white;
}}
QListView {{ border: none; outline: none; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {HAIRLINE}; border-radius: 4px; min-height: 32px; }}
QScrollBar::handle:vertical:hover {{ background: {EDGE}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; height: 0;
}}
"""


def dress(app: QApplication) -> None:
    """Give `app` the same dark look on every system."""
    app.setStyle("Fusion")
    app.setStyleSheet(SHEET)
