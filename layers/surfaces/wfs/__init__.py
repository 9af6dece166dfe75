"""WFS at /ogc/wfs: every layer and, by providers, what other apps let be read and edited. Based on django-gisserver.

`view` takes the request, `operations` and `geometry` mend what real clients stumble on, `transaction` reads
and answers WFS-T 1.0, 1.1 and 2.0, `providers` is the door for apps above this one.
"""
