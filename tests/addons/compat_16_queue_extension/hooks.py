# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
def post_init_hook(env):
    """A job that a data file of this module has, to show the list with something"""
    jobs = env["queue.job"]
    jobs.with_context(_job_edit_sentinel=jobs.EDIT_SENTINEL).create(
        {
            "uuid": "compat-16-queue-extension-demo",
            "user_id": env.uid,
            "state": "failed",
            "name": "Demo job of a team",
            "model_name": "team.report",
            "method_name": "send",
            "records": env["team.report"],
            "args": (1,),
            "kwargs": {"to": "nobody"},
            "exc_info": "Traceback...",
            "date_created": "2022-02-02 02:02:02",
        }
    )
