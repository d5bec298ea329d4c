import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../../deploy/bundle.ts';
import { bakeCompileCache } from '../../deploy/compileCache/bakeCompileCache.ts';
import { type Subject, spawnSubject } from './startRuntime.ts';

/** `remove` deletes the files that were made for them. */
export type Subjects = { subjects: Subject[]; remove(): void };

/** How the image starts Node. */
type Own = { flags: string[]; variables: Record<string, string> };

/** In the image the entry file finds the plugin's compile cache by itself. */
const NO_CACHE: Own = { flags: [], variables: { NODE_DISABLE_COMPILE_CACHE: '1' } };
const NO_OP = "exports.handler = async () => ({ statusCode: 200, headers: {}, body: '{}' });\n";

/**
 * What is compared, each on the same aws-lambda-ric and Node: a handler that does nothing, this plugin as its image has
 * it, and any other plugin's task root (the folder with `index.js`, or `index.mjs`, exporting `handler`).
 */
export async function makeSubjects(projectRoot: string, peer?: string): Promise<Subjects> {
  const folder = mkdtempSync(join(tmpdir(), 'biot-bench-'));
  const runtimeFolder = join(folder, 'runtime');
  copyRuntime(projectRoot, runtimeFolder);
  const floor = join(folder, 'floor');
  mkdirSync(floor);
  writeFileSync(join(floor, 'index.js'), NO_OP);
  writeFileSync(join(floor, 'package.json'), '{"type":"commonjs"}');
  const plugin = join(folder, 'plugin');
  cpSync((await bundle(projectRoot)).taskRoot, plugin, { recursive: true });
  const cache = await bake({ runtimeFolder, taskRoot: plugin, folder });

  const at = (name: string, taskRoot: string, own: Own): Subject => ({
    name,
    taskRoot,
    start: (variables) => {
      const env = { ...variables, LAMBDA_TASK_ROOT: taskRoot, _HANDLER: 'index.handler', ...own.variables };
      return spawnSubject([...own.flags, join(runtimeFolder, 'entrypoint.mjs')], taskRoot, env);
    },
  });
  const own = { flags: readFlags(projectRoot), variables: { NODE_COMPILE_CACHE: cache } };
  const subjects = [at('floor', floor, NO_CACHE), at('plugin', plugin, own)];
  if (peer !== undefined) subjects.push(at('peer', peer, NO_CACHE));
  return { subjects, remove: () => rmSync(folder, { recursive: true }) };
}

/** The flags that the image starts Node with. */
function readFlags(projectRoot: string): string[] {
  const text = readFileSync(join(projectRoot, 'Dockerfile'), 'utf8');
  const [, entryPoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(text) ?? [];
  return JSON.parse(entryPoint).slice(1, -1);
}

function copyRuntime(projectRoot: string, runtimeFolder: string): void {
  const client = join(projectRoot, 'node_modules/aws-lambda-ric');
  if (!existsSync(join(client, 'rapid-client.node')))
    throw new Error(
      'aws-lambda-ric is not built here: run npm ci on Linux with cmake, g++, make and python3',
    );
  for (const file of ['index.mjs', 'rapid-client.node'])
    cpSync(join(client, file), join(runtimeFolder, file));
  cpSync(join(projectRoot, 'src/runtime/entrypoint.mjs'), join(runtimeFolder, 'entrypoint.mjs'));
}

type Baking = { runtimeFolder: string; taskRoot: string; folder: string };

async function bake({ runtimeFolder, taskRoot, folder }: Baking): Promise<string> {
  const cache = join(folder, 'cache');
  spawnSync(process.execPath, ['-e', '0'], { env: { NODE_COMPILE_CACHE: cache } }); // makes the folder Node looks into
  const [name = ''] = readdirSync(cache);
  const { refused } = await bakeCompileCache({ runtimeFolder, taskRoot, target: join(cache, name) });
  if (refused === 0) throw new Error('The handler did not start');
  return cache;
}

/** The folder of another plugin's handler. @throws Error when there is none in it */
export function toTaskRoot(folder: string): string {
  const taskRoot = resolve(folder);
  const files = ['index.js', 'index.mjs', 'index.cjs'];
  if (files.some((file) => existsSync(join(taskRoot, file)))) return taskRoot;
  throw new Error(`${folder} has none of ${files.join(', ')}, which would export the handler`);
}
