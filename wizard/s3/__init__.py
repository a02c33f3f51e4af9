"""The S3 client: the only package that uses boto3, botocore and urllib3.

botocore is made to behave like the registry's SDK: it does not retry, does not follow redirects to other regions, sends
the same checksums, and reads credentials and CA certificates only where the registry reads them. Its exceptions become
the errors of `s3/errors`. To use another S3 operation, declare it in `operations`.
"""
