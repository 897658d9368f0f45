/** A hub of the tests' own: the debug program on a free port, with a data directory that goes when they end. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

const root = resolve(import.meta.dirname, '../../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const program = process.env.ENTREPOT_BIN ?? join(target, 'debug/entrepot');

declare module 'vitest' {
  export interface ProvidedContext {
    hub: { url: string; dataDir: string; apiKey: string };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function ready(url: string, hub: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (hub.exitCode !== null) throw new Error(`the hub ended with ${hub.exitCode}`);
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the hub is not ready after a minute');
}

/** Starts it with the sample catalogue, and stops it in the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(program)) throw new Error(`build the program first: ${program} is not there`);
  const dataDir = mkdtempSync(join(tmpdir(), 'entrepot-e2e-'));
  // As root the hub's Postgres is another user, who must be able to get there.
  chmodSync(dataDir, 0o755);
  const port = await freePort();
  const env = {
    ...process.env,
    ENTREPOT__DATA_DIR: dataDir,
    ENTREPOT__SERVER__ADDRESS: `127.0.0.1:${port}`,
    ENTREPOT__SERVER__WORKERS: '1',
    ENTREPOT__BOOTSTRAP__API_KEY: 'ek_e2e',
    ENTREPOT__LIMITS__SIGN_IN_PER_MINUTE: '0',
    ENTREPOT__LIMITS__OPERATORS_PER_MINUTE: '0',
  };
  const log = openSync(join(dataDir, 'hub.log'), 'w');
  const hub = spawn(program, ['serve'], { env, cwd: root, stdio: ['ignore', log, log] });
  const url = `http://localhost:${port}`;
  await ready(url, hub);
  const catalogue = ['import', 'products', 'config/samples/catalogue.csv', '--currency', 'MYR'];
  execFileSync(program, catalogue, { env, cwd: root, stdio: 'ignore' });
  project.provide('hub', { url, dataDir, apiKey: 'ek_e2e' });
  return async () => {
    const ended = new Promise((done) => hub.once('exit', done));
    hub.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
}
