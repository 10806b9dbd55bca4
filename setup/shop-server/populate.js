// Vendure's own demo catalogue: 54 products, 88 variants, images, categories, taxes,
// shipping and payment methods.
const path = require('path');
const { bootstrap, JobQueueService } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');
const { config, createAssets } = require('./config');

// The search index and the categories are filled by jobs: wait until none is left.
async function settled(app) {
  const { TransactionalConnection } = require('@vendure/core');
  const database = app.get(TransactionalConnection).rawConnection;
  for (let quiet = 0; quiet < 4;) {
    await new Promise(resolve => setTimeout(resolve, 500));
    const [{ n }] = await database.query('select count(*) n from job_record where not "isSettled"');
    quiet = +n ? 0 : quiet + 1;
  }
}

populate(
  () => bootstrap(config),
  path.join(createAssets, 'initial-data.json'),
  path.join(createAssets, 'products.csv'),
).then(async app => {
  await app.get(JobQueueService).start();
  await settled(app);
  await app.close();
  process.exit(0);
}).catch(error => { console.error(error); process.exit(1); });
