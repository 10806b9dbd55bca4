# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import MetaComponent, WorkContext
from odoo.addons.component.exception import (
    ComponentException,
    NoComponentError,
    RegistryNotReadyError,
    SeveralComponentError,
)
from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.component.utils import (
    get_component_registry,
    is_component_registry_ready,
)


class TestDocuments(TransactionComponentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange = cls.env["doc.exchange"].create({"name": "Exchange"})
        cls.belgium = cls.env.ref("base.be")
        cls.partner = cls.env["res.partner"].create(
            {"name": "Ada", "country_id": cls.belgium.id}
        )

    def test_generate(self):
        self.assertEqual(
            self.exchange.generate(self.partner, fmt="csv-partner"),
            "csv-partner:Ada/BE",
        )
        self.assertEqual(self.exchange.generate(self.partner, fmt="xml"), "xml:Ada/BE")
        # the writers of all models are no candidates for countries
        self.assertEqual(self.exchange.generate(self.belgium, fmt="csv"), "csv:BE")

    def test_priorities(self):
        # no format given: the writer that names the model wins over generic ones
        self.assertTrue(self.exchange.generate(self.partner).startswith("csv-partner"))
        with self.exchange.work_on("res.country") as work:
            # the collection wins over the components of all collections
            self.assertEqual(work.component(usage="line")._name, "doc.line.exchange")
            with self.assertRaises(SeveralComponentError):
                work.component(usage="writer")
        mailbox = self.env["doc.mailbox"].create({"name": "Mailbox"})
        with mailbox.work_on("res.country") as work:
            self.assertEqual(work.component(usage="line")._name, "doc.line")
            with self.assertRaises(NoComponentError):
                work.component(usage="writer")

    def test_match_without_arguments(self):
        with self.exchange.work_on("res.partner") as work:
            self.assertEqual(
                work.component(usage="version.reader")._name, "doc.versioned.two"
            )
        self.exchange.version = "1.4"
        with self.exchange.work_on("res.partner") as work:
            self.assertEqual(
                work.component(usage="version.reader", other=3)._name, "doc.versioned"
            )

    def test_many(self):
        with self.exchange.work_on("res.partner") as work:
            names = [component._name for component in work.many_components("writer")]
            self.assertEqual(
                names, ["doc.writer.xml", "doc.writer.csv", "doc.writer.csv.partner"]
            )
            found = work.many_components(usage="writer", fmt="xml")
            self.assertEqual([c._name for c in found], ["doc.writer.xml"])
            self.assertEqual(work.many_components(usage="unknown"), [])
            with self.assertRaises(SeveralComponentError):
                work.component(usage="reader")

    def test_by_name(self):
        with self.exchange.work_on("res.partner") as work:
            writer = work.component_by_name("doc.writer.csv.partner")
            self.assertEqual(writer._apply_on, ["res.partner", "res.users"])
            self.assertEqual(type(writer).apply_on_models, ["res.partner", "res.users"])
            self.assertIsNone(
                work.components_registry["doc.writer.xml"].apply_on_models
            )
            other = writer.component_by_name("doc.line", model_name=self.belgium)
            self.assertEqual(other.model._name, "res.country")
            with self.assertRaisesRegex(NoComponentError, "res.partner"):
                work.component_by_name(
                    "doc.writer.csv.partner", model_name="res.country"
                )
            with self.assertRaises(NoComponentError):
                work.component_by_name("doc.writer.pdf")

    def test_instance(self):
        with self.exchange.work_on("res.partner", batch=12) as work:
            line = work.component(usage="line")
            self.assertEqual(line.work, work)
            self.assertEqual(line.collection, self.exchange)
            self.assertEqual(line.env, self.exchange.env)
            self.assertEqual(line.model, self.env["res.partner"])
            self.assertIn("doc.line.partner", str(line))
            self.assertEqual(line.doc_label(), "doc.line.partner for res.partner")
            other = line.component(usage="line", model_name="res.country")
            self.assertEqual(other.model._name, "res.country")
            self.assertEqual(other.work.batch, 12)
            self.assertIs(other.work.sent, work.sent)
            self.assertEqual(len(line.many_components(usage="writer")), 3)
        self.assertEqual(work.sent, ["closed"])

    def test_complete_build(self):
        with self.exchange.work_on("res.partner") as work:
            catalog = work.component(usage="catalog")
        self.assertEqual(catalog._entries, ["invoice", "order"])

    def test_copy_of_a_work_context(self):
        class DocWork(WorkContext):
            pass

        work = DocWork(
            model_name="res.partner",
            collection=self.exchange,
            components_registry=self.comp_registry(),
            path="/in",
        )
        other = work.work_on(model_name="res.users")
        self.assertIs(type(other), DocWork)
        self.assertEqual(other.path, "/in")
        self.assertEqual(other.model_name, "res.users")
        mailbox = self.env["doc.mailbox"].create({"name": "Mailbox"})
        self.assertEqual(work.work_on(collection=mailbox).collection, mailbox)
        self.assertEqual(work.model, self.env["res.partner"])
        self.assertEqual(work.env, self.env)
        self.assertIs(work.components_registry, self.comp_registry())
        # of no record in particular
        empty = WorkContext("res.partner", self.env["doc.exchange"])
        self.assertFalse(empty.collection)

    def comp_registry(self):
        return self.env.context["components_registry"]

    def test_registry_of_the_database(self):
        self.assertTrue(is_component_registry_ready(self.env.cr.dbname))
        registry = get_component_registry(self.env.cr.dbname)
        self.assertIn("doc.writer", registry)
        self.assertIsNone(get_component_registry("no database of this name"))
        self.assertFalse(is_component_registry_ready("no database of this name"))

    def test_recorded_classes(self):
        recorded = MetaComponent._modules_components["compat_14_component"]
        names = [cls.__name__ for cls in recorded]
        self.assertLess(names.index("DocBase"), names.index("Writer"))
        self.assertEqual({cls._module for cls in recorded}, {"compat_14_component"})

    def test_errors(self):
        for error in (NoComponentError, SeveralComponentError, RegistryNotReadyError):
            self.assertTrue(issubclass(error, ComponentException))
