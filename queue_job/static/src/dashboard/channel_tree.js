import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { formatCount } from "./format";

/** One channel's capacity: a number that becomes an input when it is clicked. */
class CapacityInput extends Component {
    static template = "queue_job.CapacityInput";
    static props = { value: Number, onSave: Function, onCancel: Function };

    setup() {
        useAutofocus({ refName: "input", selectAll: true });
        this.isOver = false;
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            this.save(ev.target.value);
        } else if (ev.key === "Escape") {
            this.cancel();
        }
    }

    save(text) {
        const capacity = Number.parseInt(text, 10);
        if (!(capacity >= 0)) {
            return this.cancel();
        }
        if (!this.isOver) {
            this.isOver = true;
            this.props.onSave(capacity);
        }
    }

    cancel() {
        if (!this.isOver) {
            this.isOver = true;
            this.props.onCancel();
        }
    }
}

/** The channels with what they do now; their capacity and pause are set right here. */
export class ChannelTree extends Component {
    static template = "queue_job.ChannelTree";
    static components = { CapacityInput };
    static props = {
        channels: Array,
        open: Function,
        reload: Function,
        /** Told whether a capacity is being edited: the tree must stay as it is then. */
        onEdit: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ collapsed: {}, editedId: null });
        this.formatCount = formatCount;
    }

    /** Channels no ancestor of which is collapsed. */
    get rows() {
        const hidden = new Set();
        return this.props.channels.filter((channel) => {
            if (hidden.has(channel.parent_id)) {
                hidden.add(channel.id);
                return false;
            }
            if (this.state.collapsed[channel.id]) {
                hidden.add(channel.id);
            }
            return true;
        });
    }

    hasChildren(channel) {
        return this.props.channels.some((other) => other.parent_id === channel.id);
    }

    toggle(channel) {
        this.state.collapsed[channel.id] = !this.state.collapsed[channel.id];
    }

    /** Share of the capacity in use, in percent; null where there is no limit. */
    load(channel) {
        return channel.capacity
            ? Math.min(100, (100 * channel.running) / channel.capacity)
            : null;
    }

    limits(channel) {
        const texts = [];
        if (channel.override) {
            texts.push(_t("set by the configuration file: %s", channel.override));
        }
        if (channel.sequential) {
            texts.push(_t("one after the other"));
        }
        if (channel.rate_limit) {
            texts.push(
                _t("%(limit)s per %(period)s s", {
                    limit: channel.rate_limit,
                    period: channel.rate_period,
                })
            );
        }
        if (channel.throttle) {
            texts.push(_t("%s s between starts", channel.throttle));
        }
        return texts.join(" · ");
    }

    rate(channel) {
        return channel.rate ? _t("%s / min", formatCount(channel.rate)) : "–";
    }

    /** Open those jobs of the channel and the channels below it. */
    open(what, channel) {
        const name = channel.complete_name;
        return this.props.open(what, name, { channel: name });
    }

    edit(channel) {
        this.setEdited(channel.id);
    }

    setEdited(id) {
        this.state.editedId = id;
        this.props.onEdit(id !== null);
    }

    async write(channel, values) {
        this.setEdited(null);
        await this.orm.write("queue.job.channel", [channel.id], values);
        await this.props.reload();
    }
}
