"""The one door to boto3, made to talk as the registry talks.

botocore is kinder than a registry, and each kindness would make a check lie: it follows a bucket to its real
region, retries quietly, adds checksums of its own, brings its own certificates, and reads settings and credentials
from places where a registry does not look. All of that is switched off here.
"""

from wizard.store.client.store import Store

__all__ = ["Store"]
