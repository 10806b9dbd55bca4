// How the shop runs: on PostgreSQL, on 127.0.0.1 only, with a connector's API key
// accepted. Everything variable comes from the environment that lib/shop.py sets.
const path = require('path');
const {
  dummyPaymentHandler, DefaultJobQueuePlugin, DefaultSchedulerPlugin,
  DefaultSearchPlugin, DefaultLogger, LogLevel,
} = require('@vendure/core');
const { AssetServerPlugin } = require('@vendure/asset-server-plugin');

// SHOP_RATE=N: more than N admin-api requests a second are answered 429 with Retry-After.
const rate = +process.env.SHOP_RATE || 0;
const limiter = () => require('express-rate-limit').rateLimit(
  { windowMs: 1000, limit: rate, standardHeaders: true });

exports.createAssets = path.join(
  path.dirname(require.resolve('@vendure/create/package.json')), 'assets');
exports.config = {
  apiOptions: {
    port: +process.env.SHOP_PORT, hostname: '127.0.0.1', cors: false,
    adminApiPath: 'admin-api', shopApiPath: 'shop-api',
    middleware: rate ? [{ route: '/admin-api', beforeListen: true, handler: limiter() }] : [],
  },
  authOptions: {
    tokenMethod: ['bearer', 'api-key', 'cookie'], requireVerification: false,
    cookieOptions: { secret: 'demo' },
    superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
  },
  dbConnectionOptions: {
    type: 'postgres', synchronize: !!process.env.SHOP_SEEDING, logging: false,
    host: process.env.PGHOST, port: +process.env.PGPORT || 5432,
    username: process.env.PGUSER, password: process.env.PGPASSWORD,
    database: process.env.SHOP_PGDB,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: path.join(exports.createAssets, 'images') },
  logger: new DefaultLogger({ level: LogLevel.Info, timestamp: true }),
  plugins: [
    AssetServerPlugin.init({ route: 'assets', assetUploadDir: process.env.SHOP_ASSETS }),
    DefaultSchedulerPlugin.init(),
    DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
  ],
};
