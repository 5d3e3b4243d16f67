// A desk of its own for each worker of the tests: `throughline demo` on a small area that is the same every time.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Monday 2 March 2026, 9am. */
export const NOW = '2026-03-02T09:00';
/** Enough for teams with caseloads, few enough to be made in a second. */
const PEOPLE = '400';

/** Makes an area and opens a desk on it; `options` are those of `throughline serve`. */
export async function openDesk({ options = [], environment = {}, now = NOW, port = 0 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-desk-'));
  const demo = ['--now', now, 'demo', '--people', PEOPLE, '--dir', join(folder, 'area'), '--listen', `127.0.0.1:${port}`];
  const program = spawn(process.env.THROUGHLINE_PROGRAM, [...demo, ...options], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = { said: '', log: '' };
  program.stderr.on('data', (text) => { told.log += text; });
  const address = await new Promise((opened, failed) => {
    const late = setTimeout(() => failed(new Error(`The desk did not open in a minute.\n${told.said}${told.log}`)), 60_000);
    program.stdout.on('data', (text) => {
      told.said += text;
      const open = told.said.match(/The desk is open at (http:\/\/\S+?);/);
      if (open) {
        clearTimeout(late);
        opened(open[1]);
      }
    });
    program.on('exit', (code) => {
      clearTimeout(late);
      failed(new Error(`The desk ended with ${code}.\n${told.said}${told.log}`));
    });
  });
  const openedAt = Date.now();
  return {
    address,
    folder,
    /** The time that the desk has now, for a desk that was opened at `NOW`. */
    clock: () => Date.parse(`${now}Z`) + Date.now() - openedAt,
    database: join(folder, 'area', 'area.db'),
    accounts: await accounts(address),
    /** What the program wrote into its log. */
    log: () => told.log,
    close: async () => {
      const ended = new Promise((end) => program.on('exit', end));
      program.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Who can sign in, by role: the table that a demonstration shows on its sign-in page. */
async function accounts(address) {
  const page = await (await fetch(`${address}/sign-in`)).text();
  const text = (cell) => cell.replace(/<[^>]*>/g, '').trim();
  const rows = [...page.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => text(cell)));
  const people = rows.slice(1).map(([role, account, password]) => ({ role, account, password }));
  return Object.fromEntries(people.map((one) => [one.role.toLowerCase(), one]));
}
