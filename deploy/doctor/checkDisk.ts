import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type Finding, ok, type Patient, problem, warning } from './check.ts';

const MB = 1024 * 1024;
/** A build of the image, with what it is built from. */
const ENOUGH_MB = 2048;
/** A bundle, a ZIP and some logs. */
const LEAST_MB = 200;

/** Where the project, temporary files and, on this machine, docker's images are. */
export async function checkDisk({ projectRoot }: Pick<Patient, 'projectRoot'>): Promise<Finding> {
  const places = [projectRoot, tmpdir(), '/var/lib/docker'];
  const free = await Promise.all(places.map(async (path) => ({ path, freeMb: await readFreeMb(path) })));
  return judgeDisk(free.flatMap(({ path, freeMb }) => (freeMb === undefined ? [] : [{ path, freeMb }])));
}

export function judgeDisk(places: { path: string; freeMb: number }[]): Finding {
  const [least] = places.toSorted((a, b) => a.freeMb - b.freeMb);
  if (!least) return ok('The free space cannot be told here');
  const said = `${Math.round(least.freeMb / 102.4) / 10} GB are free at ${least.path}`;
  const cure = 'Make room; docker system df shows what images and caches take.';
  if (least.freeMb < LEAST_MB) return problem(said, cure);
  return least.freeMb < ENOUGH_MB ? warning(`${said}: an image may not fit`, cure) : ok(said);
}

async function readFreeMb(path: string): Promise<number | undefined> {
  const found = await statfs(path).catch(() => undefined);
  return found && (found.bavail * found.bsize) / MB;
}
