# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.job import identity_exact_hasher


def identity_album(job):
    """One render of an album at a time, whatever its options"""
    return f"photo.album,{job.recordset.id},{job.method_name}"


def identity_by_user(job):
    hasher = identity_exact_hasher(job)
    hasher.update(str(job.user_id).encode("utf-8"))
    return hasher.hexdigest()


class PhotoAlbum(models.Model):
    _name = "photo.album"
    _description = "Photo Album"

    name = fields.Char(required=True)
    photo_ids = fields.One2many("photo.photo", "album_id")
    log = fields.Text(default="")

    def _note(self, text):
        for album in self:
            album.log = f"{album.log}{text};"

    def prepare(self):
        """Prepare the album"""
        self._note("prepare")

    def publish(self, where="web"):
        """Publish the album"""
        self._note(f"publish {where}")

    def notify_done(self):
        self._note("notify")

    def fail(self):
        raise ValueError("broken album")

    def action_publish(self):
        """prepare, then the thumbnails by ten and the cover, then publish"""
        self.ensure_one()
        prepare = self.delayable(priority=5, description="Start").prepare()
        thumbnails = self.photo_ids.delayable(channel="root.photo").thumbnail(64)
        cover = self.photo_ids[:1].delayable().set(priority=1).thumbnail(size=512)
        publish = self.delayable().publish(where="web")
        publish.on_done(self.delayable().notify_done())
        graph = chain(prepare, group(thumbnails.split(2), cover), publish)
        graph.delay()
        return graph

    def action_render(self):
        return self.with_delay(identity_key=identity_album).publish()

    def action_render_exact(self, where="web"):
        return self.with_delay(
            identity_key=identity_exact,
            eta=timedelta(minutes=5),
        ).publish(where=where)

    def action_render_mine(self):
        return self.with_delay(identity_key=identity_by_user, eta=300).publish()


class PhotoPhoto(models.Model):
    _name = "photo.photo"
    _description = "Photo"

    album_id = fields.Many2one("photo.album")
    size = fields.Integer()

    def thumbnail(self, size=64):
        """Make the thumbnails"""
        self.write({"size": size})
        self.album_id._note(f"{len(self)}x{size}")
        return len(self)
