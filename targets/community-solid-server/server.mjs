// Community Solid Server with its default configuration and one account, behind pages without scripts.
// The pages of the server are scripts over its JSON interface; these are forms over the same interface, with the header fields of its own pages.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { AppRunner } = require('@solid/community-server');
const { version } = require(`${folder}/node_modules/@solid/community-server/package.json`);

const issuer = new URL('/', process.env.CIMDSPEC_ISSUER).href;
const port = Number(process.env.CIMDSPEC_PORT);
const state = process.env.CIMDSPEC_STATE ?? mkdtempSync(join(tmpdir(), 'cimdspec-state-'));
const socketPath = join(state, 'server.sock');

console.log(`community-solid-server ${version} on Node.js ${process.version}, port ${port}, issuer ${issuer}`);

// Sends a request on; the answer streams.
async function ask(method, path, headers, body) {
  const asked = request({ socketPath, method, path, headers });
  asked.end(body);
  const [answer] = await once(asked, 'response');
  return answer;
}

async function text(stream) {
  let all = '';
  for await (const part of stream.setEncoding('utf8')) all += part;
  return all;
}

// What a request of ours has of the browser's.
function onBehalfOf(browser, accept) {
  const headers = { accept };
  for (const name of ['cookie', 'host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']) {
    if (browser.headers[name]) headers[name] = browser.headers[name];
  }
  return headers;
}

// The JSON interface.
async function call(browser, method, path, value) {
  const headers = onBehalfOf(browser, 'application/json');
  const body = value === undefined ? undefined : JSON.stringify(value);
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = Buffer.byteLength(body);
  }
  const answer = await ask(method, path, headers, body);
  return { status: answer.statusCode, cookies: answer.headers['set-cookie'] ?? [], value: JSON.parse(await text(answer)) };
}

function beside(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

function escape(value) {
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const login = (message) => `<h1>Log in</h1><p>${escape(message)}</p>
<form method="post" action="/.account/form/login">
<label>Email <input name="email" type="email"></label> <label>Password <input name="password" type="password"></label>
<button type="submit">Log in</button></form>`;

const consent = ({ client, webId }) => `<h1>An application is requesting access</h1>
<p>Do you trust this application to read and write data on your behalf?</p>
${client.logo_uri ? `<img alt="" src="${escape(client.logo_uri)}">` : ''}
<dl>${client.client_name ? `<dt>Name</dt><dd>${escape(client.client_name)}</dd>` : ''}<dt>ID</dt><dd>${escape(client.client_id)}</dd></dl>
<form method="post" action="/.account/form/decision"><p>${escape(webId)}</p>
<label><input type="checkbox" name="remember" value="true" checked>Remember this client</label>
<button type="submit" name="decision" value="authorize">Authorize</button>
<button type="submit" name="decision" value="cancel">Cancel</button></form>`;

// A page in the place of the server's own, whose status and header fields it keeps.
async function page(browser, answer, content) {
  const own = await ask('GET', '/.account/login/password/', onBehalfOf(browser, 'text/html'));
  own.resume();
  const body = `<!doctype html><meta charset="utf-8"><title>Solid</title>${content}`;
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = own.headers;
  answer.writeHead(own.statusCode, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

function onwards(answer, { status, cookies, value }) {
  if (!value.location) {
    answer.writeHead(status < 400 ? 500 : status, { 'content-type': 'text/plain' }).end(value.message);
    return;
  }
  answer.writeHead(303, { location: value.location, 'set-cookie': cookies, 'cache-control': 'no-store' }).end();
}

async function prompt(browser, answer) {
  const { status, value } = await call(browser, 'POST', '/.account/oidc/prompt/', {});
  if (status !== 200) return pass(browser, answer);
  if (value.prompt === 'account') return page(browser, answer, login(''));
  if (value.prompt === 'login') {
    const { value: { webIds: [webId] } } = await call(browser, 'GET', '/.account/oidc/pick-webid/');
    return onwards(answer, await call(browser, 'POST', '/.account/oidc/pick-webid/', { webId }));
  }
  const asked = await call(browser, 'GET', '/.account/oidc/consent/');
  return page(browser, answer, consent(asked.value));
}

async function form(browser, answer) {
  if (browser.headers.origin !== new URL(issuer).origin) {
    browser.resume();
    answer.writeHead(403, { 'content-type': 'text/plain' }).end('the form is of another site');
    return;
  }
  const fields = new URLSearchParams(await text(browser));
  if (browser.url === '/.account/form/login') {
    const { email, password } = Object.fromEntries(fields);
    const done = await call(browser, 'POST', '/.account/login/password/', { email, password });
    return done.status === 200 ? onwards(answer, done) : page(browser, answer, login(done.value.message));
  }
  if (fields.get('decision') !== 'authorize') return onwards(answer, await call(browser, 'POST', '/.account/oidc/cancel/', {}));
  return onwards(answer, await call(browser, 'POST', '/.account/oidc/consent/', { remember: fields.has('remember') }));
}

// Everything else is the server's.
function pass(browser, answer) {
  const asked = request({ socketPath, method: browser.method, path: browser.url, headers: browser.rawHeaders });
  asked.on('response', (given) => {
    answer.writeHead(given.statusCode, given.statusMessage, given.rawHeaders);
    given.pipe(answer);
  });
  asked.on('error', (error) => answer.destroy(error));
  browser.pipe(asked);
}

async function serve(browser, answer) {
  if (browser.method === 'GET' && browser.url === '/.account/' && browser.headers.accept?.includes('text/html')) {
    return prompt(browser, answer);
  }
  if (browser.method === 'POST' && browser.url.startsWith('/.account/form/')) return form(browser, answer);
  return pass(browser, answer);
}

// A server that died leaves its socket behind.
rmSync(socketPath, { force: true });
const server = await new AppRunner().create({
  config: beside('config.json'),
  shorthand: { baseUrl: issuer, loggingLevel: 'warn', seedConfig: beside('seed.json'), socket: socketPath },
});
await server.start();
createServer((browser, answer) => {
  serve(browser, answer).catch((error) => {
    console.error(error);
    answer.destroy();
  });
}).listen(port, '127.0.0.1');
