"""What people look at of finished and running studies: lists, tables a page at a time, data of charts, what is done.

Everything here reads a store; nothing knows of Airflow or of web pages. What may leave the store is
:mod:`gtl.browse.shown`'s to say.
"""
