"""Where the pages lie below Airflow's own address; imports nothing, since tasks name pages, too."""

PREFIX = "/gtl"
