import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureDelivery, toDeliveryRows } from './delivery/measureDelivery.ts';
import { measureEmulator, toEmulatorRows } from './emulator/measureEmulator.ts';
import { measurePlugin, toPluginRows } from './plugin/measurePlugin.ts';
import { toTaskRoot } from './plugin/subjects.ts';

const USAGE = `Usage: npm run bench [-- [plugin] [delivery] [emulator] [--peer DIR] [--long]]

  plugin     the Lambda beside a handler that does nothing (some five minutes)
  delivery   the command line, the image and its push (one minute, with an image built already)
  emulator   the local BioT (some minutes; with --long most of an hour)
  --peer     also another plugin's task root, in the same way: a folder with index.js that exports handler

Without a name, all three. Writes bench/results.json.
`;

const projectRoot = dirname(import.meta.dirname);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const options = { peer: { type: 'string' }, long: { type: 'boolean' }, help: { type: 'boolean' } } as const;
const { values, positionals } = readArguments();
const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name);
const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
const image = isWanted('plugin') || isWanted('delivery') ? buildImage() : undefined;
const context = { projectRoot, say, ...(image && { image }) };

const plugin = isWanted('plugin')
  ? await measurePlugin({ ...context, ...(values.peer && { peer: values.peer }) })
  : undefined;
const delivery = isWanted('delivery') ? await measureDelivery(context) : undefined;
const emulator = isWanted('emulator')
  ? await measureEmulator({ isLong: values.long === true, say })
  : undefined;

const results = { at: new Date().toISOString(), machine, plugin, delivery, emulator };
await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
const parts = [
  [`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`],
  ...(plugin ? [toPluginRows(plugin)] : []),
  ...(delivery ? [toDeliveryRows(delivery)] : []),
  ...(emulator ? [toEmulatorRows(emulator)] : []),
];
process.stdout.write(`${parts.map((rows) => rows.join('\n')).join('\n\n')}\n`);

function readArguments() {
  try {
    const given = parseArgs({ options, allowPositionals: true });
    const unknown = given.positionals.find((name) => !['plugin', 'delivery', 'emulator'].includes(name));
    if (unknown !== undefined) throw new Error(`There is no part ${unknown}`);
    const { peer, ...more } = given.values;
    if (!more.help) return { ...given, values: { ...more, ...(peer && { peer: toTaskRoot(peer) }) } };
    process.stdout.write(USAGE);
    process.exit();
  } catch (error) {
    say(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Undefined where no container engine answers, or the image cannot be built: it then says why. */
function buildImage(): string | undefined {
  const tag = 'biot-plugin-bench:current';
  const more = process.env.BENCH_BUILD_ARGS?.split(' ') ?? [];
  say('Building the image');
  const args = ['build', '--quiet', '--platform', 'linux/amd64', '--tag', tag, ...more, projectRoot];
  const { status, stderr, error } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status === 0) return tag;
  say(`No figures of the image: ${(stderr || String(error)).trim().split('\n').at(-1)}`);
  return undefined;
}
