"""skops is imported where the program imports it: without the warnings of Airflow, which other tests have loaded."""

import gtl.learn.sklearn_files  # noqa: F401
