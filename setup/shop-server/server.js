// The shop and its own background jobs in one process.
const { bootstrap, JobQueueService } = require('@vendure/core');

bootstrap(require('./config').config)
  .then(app => app.get(JobQueueService).start())
  .catch(error => { console.error(error); process.exit(1); });
