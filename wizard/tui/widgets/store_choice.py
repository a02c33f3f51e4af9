"""The choice of a store: the common ones, pages with the others, and a filter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size

from wizard.catalog.providers import provider_titles
from wizard.catalog.store_pages import StorePage, store_pages
from wizard.catalog.store_search import FoundStores, find_stores, is_address
from wizard.model.endpoint import Endpoint
from wizard.model.settings import DECLARATIONS
from wizard.rules.clean_input import clean_input
from wizard.tui.terminal.glyphs import CURRENT
from wizard.tui.widgets.choices import GridChoice

_ROWS = 7
_MAX_COLUMNS = 3
_NEXT_PAGE = ""  # the value of the cell that turns the page
_LEAST_OF_FILTER = 8  # characters of the filter that are shown
_MAX_LENGTH = 200  # characters of the filter
_ADDRESS = DECLARATIONS["regionendpoint"]


class StoreChoice(GridChoice):
    """A grid of stores. What is typed or pasted is a filter, by name or by address."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("backspace", "erase", show=False),
        Binding("escape", "reset", show=False),
    ]

    class Changed(GridChoice.Changed):
        """Another store was chosen, or one by its address."""

        def __init__(self, choice: StoreChoice, value: str, found: FoundStores) -> None:
            super().__init__(choice, value)
            self.found = found

    def __init__(self, value: str, **attributes: str | None) -> None:
        self.filter = ""
        self.has_removed_keys = False  # from the address that was pasted
        self._page = 0
        super().__init__(provider_titles(), value, _MAX_COLUMNS, **attributes)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport, width
        return _ROWS

    # --- what is in view ---

    @property
    def shown(self) -> Sequence[str]:
        """The ids of the stores in view; on a page, the last cell turns to the next one."""
        if self.filter:
            return self.found.ids[: self._cells]
        page = self._pages[self._page % len(self._pages)]
        return (*page.stores, _NEXT_PAGE)

    @property
    def _cells(self) -> int:
        return _ROWS * (self.columns if self.size.width else _MAX_COLUMNS)

    @property
    def _pages(self) -> Sequence[StorePage]:
        return _pages(self._cells - 1, self.value)

    @property
    def found(self) -> FoundStores:
        """What the filter finds."""
        return find_stores(self.filter)

    @property
    def is_reset(self) -> bool:
        """Whether the first page is in view."""
        return not self.filter and not self._page

    def cell_text(self, value: str) -> str:
        if value != _NEXT_PAGE:
            return super().cell_text(value)
        if self._page == 0:
            return f"+ {len(self.options) - len(self._pages[0].stores)} more"
        heading = self._pages[(self._page + 1) % len(self._pages)].heading or "Common stores"
        return f"+ {'More of these' if heading == self._pages[self._page].heading else heading}"

    def heading(self, width: int) -> str:
        """How to find a store, or what is in view; the store under the cursor where there is room."""
        if self.filter:
            found = self.position_of_cursor or "nothing found"
            room = width - min(len(self.filter), _LEAST_OF_FILTER) - 1
            fitting = (f"   {part} · Esc shows all" for part in (found, found.partition(":")[0]))
            beside = next((text for text in fitting if len(text) <= room), "   Esc shows all")
            return f"{self.filter[-max(_LEAST_OF_FILTER, width - len(beside) - 1) :]}▏{beside}"
        if self._page:
            start = f"{self._pages[self._page].heading}, page {self._page} of {len(self._pages) - 1}"
            end = "   PgDn, PgUp"
        else:
            start, end = f"type to find one of {len(self.options)}", "" if self.position else ", or paste its address"
        middle = f"   {CURRENT} {self.options[self.value_at_cursor]}" if self.position else ""
        texts = (start + middle + end, start + middle, start)
        return next((text for text in texts if len(text) <= width), start[:width])

    @property
    def enter_effect(self) -> str:
        if self.value_at_cursor == _NEXT_PAGE and self.shown:
            return "More"
        return "" if self.is_settled and self.is_reset else "Choose"

    # --- keys ---

    def on_key(self, event: events.Key) -> None:
        """Adds a character to the filter. A blank does so only within one: else it chooses."""
        if event.is_printable and event.character and (event.character != " " or self.filter):
            event.stop()
            event.prevent_default()
            self.type_text(event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.paste_text(event.text)

    def paste_text(self, text: str) -> None:
        """Adds a pasted text to the filter. An address replaces what was typed before."""
        self._filter_by("" if is_address(clean_input(_ADDRESS, text)[0]) else self.filter, text)

    def type_text(self, text: str) -> None:
        """Adds a typed text to the filter."""
        self._filter_by(self.filter, text)

    def _filter_by(self, start: str, text: str) -> None:
        """Adds the first line of a text to `start`, and removes the keys from an address."""
        cleaned = clean_input(_ADDRESS, text)[0] if len(text) > 1 else text
        typed = start + "".join(filter(str.isprintable, cleaned))
        if has_keys := bool((address := Endpoint.parse(typed)).scheme and address.userinfo):
            typed = str(address)
        self.has_removed_keys |= has_keys
        self._show(filter=typed[:_MAX_LENGTH])

    def action_erase(self) -> None:
        if not self.filter:
            raise SkipAction
        self._show(filter=self.filter[:-1])

    def action_reset(self) -> None:
        if self.is_reset:
            raise SkipAction  # the screen goes back
        self._show()

    def action_turn(self, by: int) -> None:
        self._show(page=(self._page + by) % len(self._pages))

    def on_blur(self) -> None:
        """Shows the first page again, with the chosen store."""
        if self.is_reset:
            super().on_blur()
        else:
            self._show()

    def _show(self, *, filter: str = "", page: int = 0) -> None:  # noqa: A002 - the name of what it is
        before = self._rows()
        self.filter, self._page = filter, page
        self.has_removed_keys &= bool(filter)
        self.cursor = 0 if filter or page else self.chosen_position
        changed = [row for row, text in enumerate(self._rows()) if text != before[row]]
        if changed:  # without regions, everything is painted again
            self.refresh(*(Region(0, row, self.size.width, 1) for row in changed))
        self.move_terminal_cursor()
        self.post_message(self.CursorMoved())

    def watch_value(self, before: str, after: str) -> None:
        """Paints everything: another store can be on the first page now."""
        del before, after
        self.refresh()

    def on_resize(self) -> None:
        """Keeps the cursor on an option: another width shows other ones."""
        if self.filter or self._page:
            self._page %= len(self._pages)
            self.cursor = min(self.cursor, max(0, len(self.shown) - 1))
        else:
            self.cursor = self.chosen_position

    def _rows(self) -> list[str]:
        """The texts of the rows in view, to compare them."""
        cells, columns = list(map(self.cell_text, self.shown)), self.columns
        return ["\t".join(cells[row * columns : (row + 1) * columns]) for row in range(_ROWS)]

    # --- choosing ---

    @property
    def is_settled(self) -> bool:
        found = self.found
        return super().is_settled and not (found.endpoint or found.bucket or found.remark)

    def choose(self) -> bool:
        """Chooses the store under the cursor, or turns the page. Returns False if it is the chosen one already."""
        if not self.shown:
            return True  # nothing was found, and Enter must not continue with the store that was chosen before
        if self.value_at_cursor == _NEXT_PAGE:
            self.action_turn(1)
            return True
        if self.is_settled and self.is_reset:
            return False
        is_new, found = not self.is_settled, self.found
        self.value = self.value_at_cursor
        self._show()
        if is_new:
            self.post_message(self.Changed(self, self.value, found))
        return True


@lru_cache(maxsize=4)
def _pages(size: int, chosen: str) -> Sequence[StorePage]:
    return store_pages(size, chosen)
