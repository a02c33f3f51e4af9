"""The values of a Helm chart, wherever they are: a parent chart, Argo CD, Flux or helmfile can contain them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.formats import yaml_reader
from wizard.formats.format import FormatError
from wizard.formats.manifest import Budget

# Keys whose text is YAML: `spec.source.helm.values` of Argo CD, and the usual key of a ConfigMap for `valuesFrom` of
# Flux: https://argo-cd.readthedocs.io/en/stable/user-guide/helm/, https://fluxcd.io/flux/components/helm/helmreleases/
_TEXTS = ("values", "values.yaml")


def mappings_in(value: object, budget: Budget | None = None) -> Iterator[Mapping[str, object]]:
    """Every mapping at any depth, the outermost first, also those in texts that are the values of a chart.

    `budget` limits the texts, of which a small file can name one many times; `FormatError` if they are too large.
    """
    budget = budget or Budget()
    if isinstance(value, Mapping):
        yield value
        for name, inner in value.items():
            is_text = name in _TEXTS and isinstance(inner, str)
            yield from mappings_in(_parsed(budget.spend(inner)) if is_text else inner, budget)
    elif isinstance(value, list):
        for inner in value:
            yield from mappings_in(inner, budget)


def _parsed(text: str) -> object:
    """The value of a text; nothing if it is no YAML, such as a template."""
    try:
        return yaml_reader.load(text)
    except FormatError:
        return None
