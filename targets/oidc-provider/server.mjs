// A host for oidc-provider with the features that the harness tests, and its own pages for login and consent.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const { version } = require('oidc-provider/package.json');

const issuer = process.env.CIMDSPEC_ISSUER;
const port = Number(process.env.CIMDSPEC_PORT);

// First, before the library's own notices: the evidence opens with what ran.
console.log(`oidc-provider ${version} on Node.js ${process.version}, port ${port}, issuer ${issuer}`);

// Each release acknowledges one version of the draft only, and says which when it is given another.
function provider(ack) {
  return new Provider(issuer, {
    claims: { openid: ['sub'] },
    cookies: { keys: ['only for tests'] },
    features: {
      clientIdMetadataDocument: { enabled: true, ack },
      introspection: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      revocation: { enabled: true },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    pkce: { required: () => true },
  });
}

function withAnyAck(acks) {
  const [ack, ...rest] = acks;
  try {
    return provider(ack);
  } catch (error) {
    if (rest.length === 0) throw error;
    return withAnyAck(rest);
  }
}

const server = withAnyAck(['draft-02', 'draft-01', 'draft-00', 'individual-draft-01']);
server.proxy = true;
server.on('server_error', (_, error) => console.error(error));

createServer(server.callback()).listen(port, '127.0.0.1');
