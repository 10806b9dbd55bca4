# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Compatibility, all styles together",
    "summary": "Modules of ten years in one database, and the list of what they use",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": [
        "compat_10_connector",
        "compat_13_job_function",
        "compat_14_component",
        "compat_14_connector",
        "compat_15_event",
        "compat_16_ecommerce",
        "compat_16_job_graph",
        "compat_16_queue_extension",
        "compat_17_runner",
        "compat_18_satellites",
        "compat_19_connector",
    ],
}
