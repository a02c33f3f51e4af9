"""The storage secret of GitLab's Helm chart."""

from __future__ import annotations

import yaml

from tests.support.formats import FOLDER, FORMATS, MINIO

CHART = FORMATS["gitlab-helm"]


def test_the_secret_holds_the_driver_only() -> None:
    settings = MINIO.replace({"registry": "gitlab", "redirect": False})
    assert set(yaml.safe_load(CHART.write(settings).text)) == {"s3_v2"}


def test_redirects_that_are_off_are_a_value_of_the_chart() -> None:
    remark = "Redirects are set in the chart's own values: --set registry.storage.redirect.disable=true"
    assert remark in CHART.write(MINIO.replace({"redirect": False})).remarks
    assert remark not in CHART.write(MINIO).remarks
    assert remark not in CHART.write(FOLDER.replace({"redirect": False})).remarks
