// Fails when what the first screen loads grows beyond its bar: the page's own scripts, and what they import at once, compressed.
import { readFileSync, statSync } from 'node:fs';

const MOST_BYTES = 250 * 1024;
const entry = readFileSync('dist/index.html', 'utf8');
const first = [...entry.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
const seen = new Set();

/** A script and everything that it imports before it runs. */
function follow(path) {
  if (seen.has(path)) return;
  seen.add(path);
  const text = readFileSync(`dist/${path}`, 'utf8');
  for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) follow(`assets/${name}`);
}

/** What one screen loads besides. */
function screen(name) {
  const found = [...readFileSync(`dist/${first[0]}`, 'utf8').matchAll(/assets\/[\w-]+\.js/g)].map(([path]) => path);
  const page = found.find((path) => path.startsWith(`assets/${name}-`));
  if (page === undefined) throw new Error(`there is no ${name}`);
  follow(page);
}

first.forEach(follow);
screen('home-page');
const bytes = [...seen].reduce((sum, path) => sum + statSync(`dist/${path}.br`).size, 0);
console.log(
  `first load: ${(bytes / 1024).toFixed(1)} KiB of compressed JavaScript in ${seen.size} files, at most ${MOST_BYTES / 1024}`,
);
if (bytes > MOST_BYTES) process.exit(1);
