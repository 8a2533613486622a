// Drives one line of the SDK and prints what it does, one JSON object a line: {"at_s", "event", "error"?}.
// usage: node drive.cjs BUNDLE '{"base", "token", "deregister_at_s", "end_at_s", "calls"}'; seconds since register().
// With "calls" it tells who calls, {"event": "incoming_call", "name", "number"}, and when it is over: "call_ended".
'use strict';

require('./browser.cjs');

const [, , bundle, wish] = process.argv;
const { base, token, deregister_at_s: deregisterAtS, end_at_s: endAtS, calls } = JSON.parse(wish);
const Calling = require(bundle).default.default;

const EVENTS = ['connecting', 'registered', 'unregistered', 'reconnecting', 'reconnected', 'error'];
const QUIET = { level: 'error' };

const webexConfig = {
  config: {
    logger: QUIET,
    services: { discovery: { u2c: `${base}/u2c/api/v1`, hydra: `${base}/v1`, sqdiscovery: `${base}/v1/region` } },
    credentials: { idbroker: { url: base }, identity: { url: base } },
  },
  credentials: { access_token: token },
};
const callingConfig = {
  clientConfig: { calling: true, contact: false, callHistory: false, callSettings: false, voicemail: false },
  callingClientConfig: { logger: QUIET },
  logger: QUIET,
};

const later = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function drive() {
  const calling = await Calling.init({ webexConfig, callingConfig });
  await new Promise((resolve) => calling.once('ready', resolve));
  await calling.register();
  const [line] = Object.values(calling.callingClient.getLines());
  const began = performance.now();
  for (const event of EVENTS) {
    line.on(event, (subject) => {
      const error = event === 'error' ? subject.type : undefined;
      const at_s = Math.round(performance.now() - began) / 1000;
      process.stdout.write(`${JSON.stringify({ at_s, event, error })}\n`);
    });
  }
  const tell = (event, more) => {
    const at_s = Math.round(performance.now() - began) / 1000;
    process.stdout.write(`${JSON.stringify({ at_s, event, ...more })}\n`);
  };
  line.on('line:incoming_call', (call) => {
    if (!calls) {
      tell('incoming_call');
      return;
    }
    const { name, num: number } = call.getCallerInfo();
    tell('incoming_call', { name, number });
    call.on('disconnect', () => tell('call_ended'));
  });
  line.register();
  if (deregisterAtS !== null) {
    await later(deregisterAtS);
    line.deregister();
  }
  await later(endAtS - (deregisterAtS ?? 0));
  process.exit(0);
}

drive();
