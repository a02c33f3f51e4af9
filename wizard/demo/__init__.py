"""The store of `storage-wizard --demo`: a small S3 server inside the program, for one run and one key pair.

`signature` decides who may use it, `operations` what it does, and `server` puts both in front of moto's S3.
"""
