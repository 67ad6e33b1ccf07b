"""Pages inside Airflow: a study's results for whoever has only the browser.

======================  ===============================================================================================
``app``                 the FastAPI application that :mod:`operators.plugin` mounts at ``/gtl``; a router a kind of page
``access``              who may see what: Airflow's own login and its permission to read a DAG, on every route
``places``              which stores may be looked into, each by an id; no request names a store by its URI
``runs``                the runs of studies that Airflow knows, with their settings and the states of their tasks
``rendering``           templates, with links that are relative to the page
``assets``              style sheets and scripts, ours and plotly's
``studies``             list of all studies, and one study
``tables``              a table of a study, paged, filtered and sorted; as CSV or Parquet
``charts``              data of the interactive charts, as JSON
``downloads``           report, models, pictures and files of artefacts that may leave the store
``run_page``            a run of a DAG: what is done, what is coming
``new_study``           the form that starts a study, friendlier than Airflow's own
``file_names``          names below the folders that studies may name, for fields that complete
``templates``           HTML (Jinja)
``static``              our style sheet and scripts
======================  ===============================================================================================

A further page is a module with an ``APIRouter`` that :mod:`operators.pages.app` includes; templates extend
``base.html`` and are rendered by :func:`operators.pages.rendering.page`. What is about results and has no Airflow in it
is in :mod:`gtl.browse`.
"""
