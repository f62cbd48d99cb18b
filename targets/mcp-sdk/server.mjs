// A host for the SDK's authorization router. As in its example, the provider keeps everything in memory and logs everybody in without a page.
// Unlike the example's it has refresh tokens and revocation, which the router serves where the provider has them.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';

const [folder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const express = require('express');
const { mcpAuthRouter } = require('@modelcontextprotocol/sdk/server/auth/router.js');
const { InvalidGrantError, InvalidScopeError, InvalidTokenError } = require('@modelcontextprotocol/sdk/server/auth/errors.js');
const { version } = JSON.parse(readFileSync(`${folder}/node_modules/@modelcontextprotocol/sdk/package.json`));

const issuer = process.env.CIMDSPEC_ISSUER;
const port = Number(process.env.CIMDSPEC_PORT);
const codeLifetime = 60_000;
const accessLifetime = 3_600_000;
const refreshLifetime = 14 * 24 * accessLifetime;

console.log(`mcp-sdk ${version} on Node.js ${process.version}, port ${port}, issuer ${issuer}`);

class Clients {
  #clients = new Map();

  getClient(id) {
    return this.#clients.get(id);
  }

  registerClient(client) {
    this.#clients.set(client.client_id, client);
    return client;
  }
}

// A grant and everything that came of it die together, when a code or a refresh token of it is used twice.
class Provider {
  clientsStore = new Clients();
  #codes = new Map();
  #access = new Map();
  #refresh = new Map();

  async authorize(client, { state, scopes = [], redirectUri, codeChallenge, resource }, res) {
    const grant = { client: client.client_id, challenge: codeChallenge, redirectUri, resource, scopes, dead: false };
    const code = this.#remember(this.#codes, grant, codeLifetime);
    const target = new URL(redirectUri);
    target.searchParams.append('code', code);
    if (state !== undefined) target.searchParams.append('state', state);
    res.redirect(target.href);
  }

  async challengeForAuthorizationCode(client, code) {
    return this.#live(this.#codes, client, code).challenge;
  }

  async exchangeAuthorizationCode(client, code, _verifier, redirectUri) {
    const grant = this.#once(this.#codes, client, code);
    if (redirectUri !== undefined && redirectUri !== grant.redirectUri) {
      throw new InvalidGrantError('redirect_uri differs from that of the authorization request');
    }
    return this.#tokens(client, grant, grant.scopes);
  }

  async exchangeRefreshToken(client, token, scopes) {
    const grant = this.#live(this.#refresh, client, token);
    if (scopes?.some((scope) => !grant.scopes.includes(scope))) throw new InvalidScopeError('scope was not granted');
    this.#once(this.#refresh, client, token);
    return this.#tokens(client, grant, scopes ?? grant.scopes);
  }

  async verifyAccessToken(token) {
    const found = this.#access.get(token);
    if (!found || found.grant.dead || found.expires < Date.now()) throw new InvalidTokenError('unknown or expired token');
    const { client, resource, scopes } = found.grant;
    return { token, clientId: client, scopes, resource, expiresAt: Math.floor(found.expires / 1000) };
  }

  async revokeToken(client, { token }) {
    const found = this.#access.get(token) ?? this.#refresh.get(token);
    if (found?.grant.client === client.client_id) found.grant.dead = true;
  }

  #remember(kind, grant, lifetime) {
    const value = randomBytes(32).toString('base64url');
    kind.set(value, { grant, expires: Date.now() + lifetime, used: false });
    return value;
  }

  #live(kind, client, value) {
    const found = kind.get(value);
    if (found?.grant.client !== client.client_id || found.expires < Date.now()) throw new InvalidGrantError('unknown or expired');
    if (found.used) found.grant.dead = true;
    if (found.grant.dead) throw new InvalidGrantError('used before, or revoked');
    return found.grant;
  }

  #once(kind, client, value) {
    const grant = this.#live(kind, client, value);
    kind.get(value).used = true;
    return grant;
  }

  #tokens(client, grant, scopes) {
    const refreshes = client.grant_types?.includes('refresh_token');
    return {
      access_token: this.#remember(this.#access, grant, accessLifetime),
      token_type: 'bearer',
      expires_in: accessLifetime / 1000,
      refresh_token: refreshes ? this.#remember(this.#refresh, grant, refreshLifetime) : undefined,
      scope: scopes.join(' '),
    };
  }
}

// The router's own switch for its limits (20 registrations an hour for each client address).
const limits = process.env.LIMITS === 'off' ? { rateLimit: false } : {};

const app = express();
// The front of the harness; the limits count by client address.
app.set('trust proxy', 'loopback');
app.use(mcpAuthRouter({
  provider: new Provider(),
  issuerUrl: new URL(issuer),
  scopesSupported: ['mcp:tools'],
  authorizationOptions: limits,
  clientRegistrationOptions: limits,
  revocationOptions: limits,
  tokenOptions: limits,
}));
app.listen(port, '127.0.0.1');
