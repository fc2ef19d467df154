"""The stylesheet of everything that Qt paints, out of tokens."""

from collections.abc import Callable
from typing import Any


def sheet(t: Any, px: Callable[[float], int], family: str, icons: str) -> str:
    """Return the stylesheet for the tokens `t`; px: a length that grows with the letters."""
    return _base(t, px, family) + _fields(t, px, icons) + _buttons(t, px) + _lists(t, px) + _bars(t, px)


def _base(t: Any, px: Callable[[float], int], family: str) -> str:
    return f"""
QWidget {{ background: transparent; color: {t.body}; font-family: "{family}"; font-size: {px(13)}px; }}
QMainWindow, QWidget#window {{ background: {t.window}; }}
QToolTip {{ background: {t.raised}; color: {t.title}; border: 1px solid {t.hairline}; padding: 4px 8px; }}
QLabel#caption, QLabel#message {{ color: {t.caption}; }}
QLabel#caption {{ font-size: {px(12)}px; }}
QLabel#message {{ font-size: {px(15)}px; }}
QLabel#head {{ color: {t.title}; font-family: "{family} SemiBold"; font-size: {px(15)}px; }}
QLabel#title {{ color: {t.title}; font-family: "{family} SemiBold"; font-size: {px(18)}px; }}
QLabel#display {{ color: {t.title}; font-family: "{family} SemiBold"; font-size: {px(24)}px; }}
QLabel#section {{
    color: {t.caption}; font-family: "{family} SemiBold"; font-size: {px(11)}px; letter-spacing: 0.5px;
}}
QLabel#ok {{ color: {t.ok}; }}
QLabel#warn {{ color: {t.warn}; }}
QLabel#bad {{ color: {t.bad}; }}
QLabel#key {{
    color: {t.caption}; border: 1px solid {t.hairline}; border-radius: 4px; padding: 1px 6px; font-size: {px(11)}px;
}}
QFrame#hairline {{ background: {t.hairline}; border: none; }}
QFrame#panel, QWidget#panel {{ background: {t.panel}; border: none; }}
QFrame#rail {{ background: {t.viewer}; border: none; }}
QFrame#card {{ background: {t.panel}; border: none; border-radius: 8px; }}
QDialog {{ background: {t.panel}; }}
QSplitter::handle {{ background: {t.hairline}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
"""


def _fields(t: Any, px: Callable[[float], int], icons: str) -> str:
    return f"""
QLineEdit, QKeySequenceEdit QLineEdit {{
    background: {t.viewer}; color: {t.title}; border: 1px solid {t.edge}; border-radius: 4px; padding: 0 8px;
    min-height: {px(28)}px; placeholder-text-color: {t.caption};
    selection-background-color: {t.fill}; selection-color: white;
}}
QLineEdit:focus {{ border: 2px solid {t.accent}; padding: 0 7px; }}
QLineEdit:disabled {{ color: {t.caption}; border-color: {t.hairline}; }}
QTextEdit, QPlainTextEdit {{
    background: {t.panel}; border: none; selection-background-color: {t.fill}; selection-color: white;
}}
QCheckBox {{ spacing: 8px; min-height: {px(28)}px; }}
QCheckBox::indicator {{
    width: {px(16)}px; height: {px(16)}px; border: 1px solid {t.edge}; border-radius: 4px; background: {t.viewer};
}}
QCheckBox::indicator:checked {{ background: {t.fill}; border-color: {t.fill}; image: url("{icons}/check-white.svg"); }}
QCheckBox:focus {{ color: {t.accent}; }}
QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; }}
"""


def _buttons(t: Any, px: Callable[[float], int]) -> str:
    return f"""
QPushButton {{
    background: {t.raised}; color: {t.title}; border: 1px solid {t.raised}; border-radius: 4px; padding: 0 12px;
    min-height: {px(30)}px;
}}
QPushButton:hover {{ border: 1px solid {t.edge}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: 0 11px; }}
QPushButton:disabled {{ color: {t.caption}; background: {t.panel}; }}
QPushButton#primary {{ background: {t.fill}; color: white; border-color: {t.fill}; }}
QPushButton#primary:disabled {{ background: {t.raised}; color: {t.caption}; border-color: {t.raised}; }}
QPushButton#primary:focus {{ border: 2px solid {t.title}; }}
QPushButton#link, QPushButton#quiet {{
    background: transparent; color: {t.accent}; border: 1px solid transparent; padding: 0 4px; min-height: {px(24)}px;
}}
QPushButton#quiet {{ color: {t.body}; }}
QPushButton#link:hover, QPushButton#quiet:hover {{ border: 1px solid {t.hairline}; }}
QPushButton#link:focus, QPushButton#quiet:focus {{ border: 2px solid {t.accent}; padding: 0 3px; }}
QPushButton#chip {{
    background: {t.panel}; border: 1px solid {t.accent}; border-radius: {px(13)}px; min-height: {px(26)}px;
    padding: 0 10px;
}}
QPushButton#chip[negated="true"] {{ border: 1px dashed {t.bad}; }}
QPushButton#chip[kills="true"] {{ border: 2px solid {t.warn}; }}
QPushButton#chip:hover {{ background: {t.raised}; }}
QPushButton#chip:focus {{ border: 2px solid {t.accent}; padding: 0 9px; }}
QToolButton {{
    background: transparent; color: {t.body}; border: 1px solid transparent; border-radius: 4px; padding: 0;
    min-width: {px(32)}px; min-height: {px(32)}px;
}}
QToolButton:hover {{ background: {t.raised}; }}
QToolButton:checked {{ background: {t.raised}; color: {t.accent}; }}
QToolButton:focus {{ border: 2px solid {t.accent}; }}
QToolButton:disabled {{ color: {t.hairline}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton#small {{ min-width: {px(24)}px; min-height: {px(24)}px; }}
QToolButton#rail {{ min-width: {px(40)}px; min-height: {px(40)}px; border-radius: 8px; }}
"""


def _lists(t: Any, px: Callable[[float], int]) -> str:
    return f"""
QListView, QTreeView, QTableView {{
    border: none; outline: none; selection-background-color: {t.raised}; selection-color: {t.title};
}}
QTreeView {{
    background: {t.panel}; selection-background-color: transparent; show-decoration-selected: 0;
}}
QAbstractItemView#popup {{ background: {t.panel}; border: 1px solid {t.hairline}; padding: 4px; }}
QAbstractItemView#popup::item {{ min-height: {px(28)}px; padding: 0 8px; border-radius: 4px; }}
QAbstractItemView#popup::item:selected {{ background: {t.fill}; color: white; }}
QTreeView::item {{ min-height: {px(24)}px; padding: 4px 8px; border: none; }}
QTreeView#sidebar::item {{ padding-left: 0; }}
QTreeView::item, QTreeView::item:hover, QTreeView::item:selected {{ background: transparent; }}
QTreeView::item:selected {{ color: {t.title}; }}
QTreeView::branch {{ background: transparent; }}
QHeaderView::section {{ background: {t.panel}; color: {t.caption}; border: none; padding: 4px 8px; }}
QMenu {{ background: {t.panel}; border: 1px solid {t.hairline}; padding: 4px; }}
QMenu::item {{ background: transparent; padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.fill}; color: white; }}
QMenu::item:disabled {{ color: {t.caption}; }}
QMenu::separator {{ height: 1px; background: {t.hairline}; margin: 4px 8px; }}
QMenuBar {{ background: {t.window}; }}
QMenuBar::item {{ background: transparent; padding: 4px 10px; }}
QMenuBar::item:selected {{ background: {t.raised}; }}
"""


def _bars(t: Any, px: Callable[[float], int]) -> str:
    return f"""
QPushButton#tab {{
    background: transparent; color: {t.body}; border: none; border-bottom: 2px solid transparent; border-radius: 0;
    padding: 0 1px; min-height: {px(30)}px;
}}
QPushButton#tab:hover {{ color: {t.title}; }}
QPushButton#tab:checked {{ color: {t.title}; border-bottom: 2px solid {t.accent}; }}
QPushButton#tab:focus {{ color: {t.accent}; border: 2px solid {t.accent}; border-radius: 4px; padding: 0; }}
QScrollArea {{ border: none; background: transparent; }}
QProgressBar {{ background: {t.raised}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
QSlider {{ background: transparent; min-height: {px(24)}px; }}
QSlider::groove:horizontal {{ height: 4px; background: {t.raised}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {t.edge}; border-radius: 2px; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {t.body};
}}
QSlider::handle:horizontal:focus {{ background: {t.accent}; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle {{ background: {t.hairline}; border-radius: 4px; min-height: 32px; min-width: 32px; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::handle:hover {{ background: {t.edge}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; height: 0; width: 0;
}}
"""
