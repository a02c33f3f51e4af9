"""The registries or the stores, which are chosen by number, by name or by address."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.catalog.providers import Provider, provider_titles, providers
from wizard.catalog.registries import registry_names, registry_of
from wizard.catalog.store_pages import common_stores, groups
from wizard.catalog.store_search import FoundStores, find_stores, store_named
from wizard.prompts.console import Console, list_index
from wizard.session.choices import choices_for
from wizard.session.state import WizardState
from wizard.text.name_search import are_similar, exactly_named, names_like, names_similar_to
from wizard.text.sanitize import sanitize


def show_notes(console: Console, store: Provider) -> None:
    """Shows what an admin must know about a store, with the sources."""
    for note in store.notes:
        console.say(f"Note: {note.text} ({note.source})", "  ")


class NameList:
    """The choices of `name`, which is `registry` or `provider`. A number means one of those listed last."""

    def __init__(self, state: WizardState, console: Console, name: str) -> None:
        self._state, self._console, self._name = state, console, name
        self._listed: Sequence[str] = ()

    def show(self) -> None:
        """Lists the registries, or the common stores and how to find another one."""
        titles = choices_for(self._name, self._state.settings)
        if self._name == "registry":
            self._list(list(titles))
            return
        current = self._state.settings.provider
        common = common_stores()
        self._list(common if current in common else [*common, current])
        self._console.say(
            f"Enter a number, a name or a part of one, or the store's address. "
            f"? lists all {len(titles)} stores, and ? NAME describes one.",
            "  ",
        )

    def explain(self) -> None:
        """Lists all stores in their groups, by id and title."""
        if self._name == "provider":
            for heading, stores in groups().items():
                self._console.say(f"{heading}:", "  ")
                self._console.say("; ".join(f"{store}: {provider_titles()[store]}" for store in stores) + ".", "    ")

    def describe(self, answer: str) -> None:
        """Shows what there is to know about the store that an answer means; several are listed."""
        if found := self._one(answer):
            store = providers()[found.ids[0]]
            self._console.say(f"{store.title}: {store.summary}", "  ")
            show_notes(self._console, store)

    def choose(self, answer: str) -> bool:
        """Chooses what an answer means. Returns False if it is nothing, or several, which are then listed."""
        found = self._one(answer)
        if found is None:
            return False
        if self._name == "provider":
            self._state.choose_store(found.ids[0], *found.address)
        else:
            self._state.set_value(self._name, found.ids[0])
        return True

    def _one(self, answer: str) -> FoundStores | None:
        """The one that an answer means; None if it means nothing, or several, which are then listed."""
        index = list_index(answer, len(self._listed))
        found = FoundStores((self._listed[index],)) if index is not None else self._find(answer)
        if found.remark:
            self._console.say(found.remark if found.is_one else f"! {found.remark}", "  ")
        if found.is_one:
            return found
        self._list([] if found.ids == ("other",) else found.ids)
        if not found.remark:
            self._console.say("Enter the number or the name of one of them.", "  ")
        return None

    def _find(self, answer: str) -> FoundStores:
        if self._name == "provider":
            return FoundStores((store,)) if (store := store_named(answer)) else find_stores(answer)
        offered = choices_for(self._name, self._state.settings)
        names = {each: others for each, others in registry_names().items() if each in offered}
        if registry := exactly_named(answer, names):
            return FoundStores((registry,))
        if ids := names_like(answer, names):
            return FoundStores(ids)
        if known := exactly_named(answer, registry_names()):
            command = f"storage-wizard configure --registry {known}"
            text = f"Only the configuration of {registry_of(known).title} is known, so it is not listed. Use: {command}"
            return FoundStores(tuple(offered), text)
        similar = names_similar_to(answer, names)
        hint = are_similar(similar) if similar else "Choose one of these."
        return FoundStores(similar or tuple(offered), f"No registry is called {sanitize(answer, 60)}. {hint}")

    def _list(self, ids: Sequence[str]) -> None:
        titles = choices_for(self._name, self._state.settings)
        if ids:
            self._listed = list(ids)
        for number, each in enumerate(ids, 1):
            title = titles.get(each, each)
            self._console.show(f"  {number:>2} {each:<18}{title if title != each else ''}".rstrip())
