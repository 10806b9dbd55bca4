// Tells Odoo what happens in the shop, within a second. To be copied to the shop:
//
//   const { OdooWebhookPlugin } = require('./odoo');
//   plugins: [OdooWebhookPlugin.init({ url: 'https://odoo.example.com/connector/webhook/…',
//                                      secret: process.env.ODOO_WEBHOOK_SECRET })]
//
// URL and secret are on the form of the shop in Odoo (page Shop). What is not delivered
// is sent again for an hour; Odoo takes each event once, and finds what was lost by its
// schedules.
const { createHmac, randomUUID } = require('crypto');
const {
  CollectionEvent, CustomerEvent, EventBus, FulfillmentStateTransitionEvent, Logger,
  OrderPlacedEvent, OrderStateTransitionEvent, PaymentStateTransitionEvent,
  PluginCommonModule, ProductEvent, ProductVariantEvent, RefundStateTransitionEvent,
  VendurePlugin,
} = require('@vendure/core');

const WAITS = [0, 5, 30, 300, 3600]; // seconds before each try

// Event class, what of it Odoo imports: [topic, ids].
const TOLD = [
  [OrderPlacedEvent, e => ['order', [e.order.id]]],
  [OrderStateTransitionEvent, e => ['order', e.order.orderPlacedAt ? [e.order.id] : []]],
  [PaymentStateTransitionEvent, e => ['order', [e.order.id]]],
  [RefundStateTransitionEvent, e => ['order', [e.order.id]]],
  [FulfillmentStateTransitionEvent, e => ['order', e.fulfillment.orders?.map(o => o.id) ?? []]],
  [ProductEvent, e => [e.type === 'deleted' ? 'product.deleted' : 'product', [e.entity.id]]],
  [ProductVariantEvent, e => ['product', e.entity.map(v => v.productId)]],
  [CustomerEvent, e => [e.type === 'deleted' ? 'customer.deleted' : 'customer', [e.entity.id]]],
  [CollectionEvent, e => ['collection', e.type === 'deleted' ? [] : [e.entity.id]]],
];

class OdooWebhookPlugin {
  static init(options) {
    OdooWebhookPlugin.options = options;
    return OdooWebhookPlugin;
  }

  constructor(eventBus) {
    this.eventBus = eventBus;
  }

  onApplicationBootstrap() {
    for (const [event, of] of TOLD) {
      this.eventBus.ofType(event).subscribe(e => {
        const [type, ids] = of(e);
        for (const id of new Set(ids)) this.tell(randomUUID(), { type, id: String(id) });
      });
    }
  }

  async tell(id, payload) {
    const body = JSON.stringify(payload);
    for (const wait of WAITS) {
      // Not before the shop has committed, which events do not wait for.
      await new Promise(resolve => setTimeout(resolve, Math.max(wait * 1000, 500)).unref());
      try {
        const answer = await fetch(OdooWebhookPlugin.options.url, {
          method: 'POST', body, headers: this.headers(id, body),
        });
        if (answer.ok) return;
        Logger.warn(`Odoo answers ${answer.status} to ${body}`, 'OdooWebhook');
      } catch (error) {
        Logger.warn(`Odoo is not reached: ${error.message}`, 'OdooWebhook');
      }
    }
  }

  // Standard Webhooks: id, time and body are signed.
  headers(id, body) {
    const time = String(Math.floor(Date.now() / 1000));
    const key = Buffer.from(OdooWebhookPlugin.options.secret);
    const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
    return {
      'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': time,
      'webhook-signature': `v1,${signature}`,
    };
  }
}

// What the decorators of TypeScript do.
Reflect.defineMetadata('design:paramtypes', [EventBus], OdooWebhookPlugin);
VendurePlugin({ imports: [PluginCommonModule], compatibility: '^3.0.0' })(OdooWebhookPlugin);

exports.OdooWebhookPlugin = OdooWebhookPlugin;
