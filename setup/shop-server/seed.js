// Customers, a coupon, an API key and orders in several states, made only through the
// shop's own public APIs. Usage: seed.js URL NUMBER_OF_ORDERS FILE_FOR_THE_KEY
const fs = require('fs');
const [, , base, orders, keyFile] = process.argv;

const FAILED = '... on ErrorResult { errorCode message }';
const ORDER = `{... on Order{id code state} ${FAILED}}`;
const COUNTRY_CITY_STREET_ZIP = {
  'Hayden Zieme': ['GB', 'London', 'Oxford Street', 'W1D 1BS'],
  'Marques Sawayn': ['US', 'Portland', 'NE Alberta St', '97211'],
  'Eliezer Vardy': ['AT', 'Wien', 'Mariahilfer Strasse', '1060'],
  'Lucie Moreau': ['FR', 'Lyon', 'Rue de la République', '69002'],
  'Jonas Keller': ['DE', 'Köln', 'Aachener Straße', '50674'],
  'Aiko Tanaka': ['JP', 'Osaka', 'Midosuji', '542-0086'],
  'Sofia Rossi': ['IT', 'Torino', 'Via Po', '10124'],
  'Noah Peeters': ['BE', 'Gent', 'Veldstraat', '9000'],
  'Inês Carvalho': ['PT', 'Porto', 'Rua de Santa Catarina', '4000-447'],
  "Zoë O'Brien": ['IE', 'Galway', 'Shop Street', 'H91 F7P0'],
};

async function call(api, query, variables, headers) {
  const response = await fetch(`${base}/${api}`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  const where = ' in ' + query.slice(0, 90);
  if (answer.errors) throw new Error(answer.errors.map(e => e.message) + where);
  for (const value of Object.values(answer.data)) {
    if (value && value.errorCode) throw new Error(value.errorCode + ': ' + value.message + where);
  }
  return { data: answer.data, token: response.headers.get('vendure-auth-token') };
}

// Logs in and returns a function that asks as that user.
async function session(api, login, password) {
  const mutation = `mutation($u:String!,$p:String!){login(username:$u,password:$p){... on CurrentUser{id} ${FAILED}}}`;
  const { token } = await call(api, mutation, { u: login, p: password });
  const headers = { authorization: 'Bearer ' + token };
  return async (query, variables) => (await call(api, query, variables, headers)).data;
}

async function makeKey(admin) {
  const { roles } = await admin('{roles{items{id code}}}');
  const role = roles.items.find(r => r.code === '__super_admin_role__').id;
  const { createApiKey } = await admin(
    'mutation($i:CreateApiKeyInput!){createApiKey(input:$i){apiKey}}',
    { i: { roleIds: [role], translations: [{ languageCode: 'en', name: 'Connector' }] } });
  fs.writeFileSync(keyFile, createApiKey.apiKey + '\n', { mode: 0o600 });
}

async function makeCoupon(admin) {
  await admin(`mutation($i:CreatePromotionInput!){createPromotion(input:$i){... on Promotion{id} ${FAILED}}}`, {
    i: {
      enabled: true, couponCode: 'WELCOME10', conditions: [],
      actions: [{ code: 'order_percentage_discount', arguments: [{ name: 'discount', value: '10' }] }],
      translations: [{ languageCode: 'en', name: 'Welcome, 10% off', description: '' }],
    },
  });
}

async function makeCustomer(admin, name, [country, city, street, zip]) {
  const [first, last] = name.split(' ');
  const email = `${first}.${last}@shop.example`.normalize('NFD').replace(/[^\w.@]/g, '').toLowerCase();
  const { createCustomer } = await admin(
    `mutation($i:CreateCustomerInput!){createCustomer(input:$i,password:"test"){... on Customer{id} ${FAILED}}}`,
    { i: { firstName: first, lastName: last, emailAddress: email, phoneNumber: '+00 555 01' + last.length } });
  const address = number => ({
    fullName: name, company: number === 2 ? `${last} & Co` : '', phoneNumber: '',
    streetLine1: `${number * 7} ${street}`, city, postalCode: zip, countryCode: country,
  });
  const make = input => admin(
    'mutation($c:ID!,$i:CreateAddressInput!){createCustomerAddress(customerId:$c,input:$i){id}}',
    { c: createCustomer.id, i: input });
  await make({ ...address(1), defaultShippingAddress: true });
  await make({ ...address(2), defaultBillingAddress: true });
  return { email, shipping: address(1), billing: address(2) };
}

// Order number n of a customer; every 4th has the coupon, the methods alternate.
async function placeOrder(customer, variants, n) {
  const shop = await session('shop-api', customer.email, 'test');
  for (let line = 0; line <= n % 3; line++) {
    await shop(`mutation($v:ID!,$q:Int!){addItemToOrder(productVariantId:$v,quantity:$q)${ORDER}}`,
      { v: variants[(n * 5 + line * 11) % variants.length], q: 1 + (n + line) % 3 });
  }
  if (n % 4 === 1) await shop(`mutation{applyCouponCode(couponCode:"WELCOME10")${ORDER}}`);
  await shop(`mutation($i:CreateAddressInput!){setOrderShippingAddress(input:$i)${ORDER}}`, { i: customer.shipping });
  await shop(`mutation($i:CreateAddressInput!){setOrderBillingAddress(input:$i)${ORDER}}`, { i: customer.billing });
  const methods = (await shop('{eligibleShippingMethods{id}}')).eligibleShippingMethods;
  await shop(`mutation($i:[ID!]!){setOrderShippingMethod(shippingMethodId:$i)${ORDER}}`, { i: [methods[n % methods.length].id] });
  await shop(`mutation{transitionOrderToState(state:"ArrangingPayment")${ORDER}}`);
  return (await shop(`mutation{addPaymentToOrder(input:{method:"standard-payment",metadata:{}})${ORDER}}`)).addPaymentToOrder.id;
}

// Of five orders one stays authorized, two are settled, one is shipped, one cancelled.
async function moveOrder(admin, id, n) {
  const { order } = await admin('query($i:ID!){order(id:$i){payments{id} lines{id quantity}}}', { i: id });
  if (n % 5 !== 0) {
    await admin(`mutation($i:ID!){settlePayment(id:$i){... on Payment{id} ${FAILED}}}`, { i: order.payments[0].id });
  }
  if (n % 5 === 3) {
    const handler = {
      code: 'manual-fulfillment',
      arguments: [{ name: 'method', value: 'DHL' }, { name: 'trackingCode', value: 'JD01460000' + n }],
    };
    const { addFulfillmentToOrder } = await admin(
      `mutation($i:FulfillOrderInput!){addFulfillmentToOrder(input:$i){... on Fulfillment{id} ${FAILED}}}`,
      { i: { lines: order.lines.map(l => ({ orderLineId: l.id, quantity: l.quantity })), handler } });
    await admin(`mutation($i:ID!){transitionFulfillmentToState(id:$i,state:"Shipped"){... on Fulfillment{state} ${FAILED}}}`,
      { i: addFulfillmentToOrder.id });
  }
  if (n % 5 === 4) {
    await admin(`mutation($i:CancelOrderInput!){cancelOrder(input:$i){... on Order{state} ${FAILED}}}`,
      { i: { orderId: id, cancelShipping: true, reason: 'changed my mind' } });
  }
}

async function main() {
  const admin = await session('admin-api', 'superadmin', 'superadmin');
  await makeKey(admin);
  await makeCoupon(admin);
  const customers = [];
  for (const [name, place] of Object.entries(COUNTRY_CITY_STREET_ZIP)) {
    customers.push(await makeCustomer(admin, name, place));
  }
  const { data } = await call('shop-api', '{search(input:{take:100,groupByProduct:false}){items{productVariantId}}}', {});
  const variants = data.search.items.map(i => i.productVariantId).sort((a, b) => a - b);
  for (let n = 0; n < +orders; n++) {
    await moveOrder(admin, await placeOrder(customers[n % customers.length], variants, n), n);
  }
  console.log(`${customers.length} customers, ${orders} orders`);
}

main().catch(error => { console.error(error); process.exit(1); });
