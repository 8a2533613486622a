// What a browser has and node lacks, as far as the SDK touches it. Loaded before the SDK.
'use strict';

const { resolveObjectURL } = require('node:buffer');
const { Worker: Thread } = require('node:worker_threads');

globalThis.window = globalThis;
globalThis.location = { hostname: 'localhost' };
globalThis.navigator ??= { userAgent: 'node' };

// A worker of the web on a thread of node: `self` listens, posts, and runs the source as it is.
const SELF = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
self.addEventListener = (_, act) => parentPort.on('message', (data) => act({ data }));
self.postMessage = (data) => parentPort.postMessage(data);
`;

globalThis.Worker = class {
  constructor(url) {
    // Read at once: the SDK takes the address back as soon as the worker exists.
    this.thread = resolveObjectURL(url).text().then((source) => {
      const thread = new Thread(SELF + source, { eval: true });
      thread.on('message', (data) => this.onmessage?.({ data }));
      return thread;
    });
  }

  postMessage(data) {
    this.thread.then((thread) => thread.postMessage(data));
  }

  terminate() {
    this.thread.then((thread) => thread.terminate());
  }
};
