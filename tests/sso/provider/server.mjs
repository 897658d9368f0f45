// A real OpenID Connect provider for the tests of single sign-on: panva's oidc-provider with its own pages for signing in.
// One process per test. Its only argument is JSON: {"port": 0, "redirect_uris": [...], "claims_in_token": false}. Prints its port.
//
// PUT /control changes what it does from then on, GET /control says what it was asked:
//   accounts    what it knows of whoever signs in, by login
//   tamper      what happens to ID tokens on their way out, as a thief on the wire or in the house would do it
//   stall       token requests are never answered
//   status      token requests are answered with this status and something that is no JSON
import { createServer } from 'node:http';
import { createHmac, randomUUID } from 'node:crypto';
import { SignJWT, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK } from 'jose';
import Provider from 'oidc-provider';

// The provider's advice is for its operators; nobody reads standard output after the port.
console.info = console.error;

const wanted = JSON.parse(process.argv[2]);
const control = { accounts: {}, tamper: null, stall: false, status: null };
const asked = {};
const SECRET = 'a secret between hub and provider';

async function freshKey(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), use: 'sig', alg };
}

const keys = [await freshKey('RS256'), await freshKey('ES256')];
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// A token that the provider itself would sign, with other claims.
async function resigned(token, claims, header = {}, key = undefined) {
  const { alg, kid } = decodeProtectedHeader(token);
  const own = key ?? keys.find((one) => one.kid === kid);
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ alg, kid, ...header })
    .sign(await importJWK(own, alg));
}

const TAMPERS = {
  payload(token) {
    const [head, , signature] = token.split('.');
    return [head, encode({ ...decodeJwt(token), sub: 'somebody-else' }), signature].join('.');
  },
  signature(token) {
    const [head, payload, signature] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[10] ^= 1;
    return [head, payload, bytes.toString('base64url')].join('.');
  },
  unsigned(token) {
    return `${encode({ alg: 'none' })}.${token.split('.')[1]}.`;
  },
  shared_secret(token) {
    const signed = `${encode({ alg: 'HS256' })}.${token.split('.')[1]}`;
    return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
  },
  async public_key(token) {
    const { kid } = decodeProtectedHeader(token);
    const { n } = keys.find((one) => one.kid === kid);
    const signed = `${encode({ alg: 'HS256', kid })}.${token.split('.')[1]}`;
    return `${signed}.${createHmac('sha256', Buffer.from(n, 'base64url')).update(signed).digest('base64url')}`;
  },
  async other_key(token) {
    const { kid } = decodeProtectedHeader(token);
    return resigned(token, {}, {}, await freshKey('RS256').then((key) => ({ ...key, kid })));
  },
  async unknown_key(token) {
    const key = await freshKey('RS256');
    return resigned(token, {}, { kid: key.kid }, key);
  },
  issuer: (token) => resigned(token, { iss: 'https://evil.example' }),
  audience: (token) => resigned(token, { aud: 'another-client' }),
  audiences: (token) => resigned(token, { aud: ['entrepot', 'another-client'] }),
  party: (token) => resigned(token, { azp: 'another-client' }),
  nonce: (token) => resigned(token, { nonce: 'another-nonce' }),
  no_nonce: (token) => resigned(token, { nonce: undefined }),
  expired: (token) => resigned(token, { exp: Math.floor(Date.now() / 1000) - 120 }),
  kept: (token) => resigned(token, { iat: Math.floor(Date.now() / 1000) - 3600 }),
  future: (token) => resigned(token, { iat: Math.floor(Date.now() / 1000) + 3600 }),
  access_token: (token) => resigned(token, { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  missing: () => undefined,
};

function provider(issuer) {
  const client = (client_id, more) => ({ client_id, redirect_uris: wanted.redirect_uris, ...more });
  const made = new Provider(issuer, {
    clients: [
      client('entrepot', { client_secret: SECRET }),
      client('entrepot-public', { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' }),
    ],
    jwks: { keys },
    cookies: { keys: [randomUUID()] },
    scopes: ['openid', 'email', 'profile'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !wanted.claims_in_token,
    pkce: { required: () => true },
    findAccount: (_, login) => ({ accountId: login, claims: () => ({ sub: login, ...control.accounts[login] }) }),
  });
  made.use(async (ctx, next) => {
    asked[ctx.path] = (asked[ctx.path] ?? 0) + 1;
    if (ctx.path === '/token' && control.stall) await new Promise(() => {});
    await next();
    if (ctx.path === '/token' && control.status) Object.assign(ctx, { status: control.status, body: '<html>' });
    if (ctx.path === '/token' && control.tamper && ctx.body?.id_token) {
      ctx.body.id_token = await TAMPERS[control.tamper](ctx.body.id_token);
    }
  });
  return made.callback();
}

async function controlled(request, response) {
  if (request.method === 'PUT') {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    Object.assign(control, JSON.parse(Buffer.concat(chunks)));
  }
  const body = JSON.stringify({ asked });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

let answer;
const server = createServer((request, response) =>
  request.url === '/control' ? controlled(request, response) : answer(request, response));
server.listen(wanted.port, '127.0.0.1', () => {
  const { port } = server.address();
  answer = provider(`http://127.0.0.1:${port}`);
  console.log(`port ${port}`);
});
// Whoever started it holds its standard input; it does not outlive them.
process.stdin.on('end', () => process.exit(0)).resume();
