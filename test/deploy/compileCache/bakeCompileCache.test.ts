import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { bundle } from '../../../deploy/bundle.ts';
import { bakeCompileCache } from '../../../deploy/compileCache/bakeCompileCache.ts';
import { refusedEvents } from '../../../deploy/compileCache/refusedEvents.ts';
import { authenticate } from '../../../src/runtime/authenticate.ts';
import { readBearerToken, readBody } from '../../../src/runtime/event.ts';
import { pluginConfig } from '../../builders/config.ts';
import { makeFolder } from '../../builders/folder.ts';
import { copyProject, PROJECT_ROOT } from '../../builders/project.ts';
import { createSigningKey } from '../../builders/tokens.ts';

const CLIENT = join(PROJECT_ROOT, 'node_modules/aws-lambda-ric');
const isBuilt = existsSync(join(CLIENT, 'rapid-client.node'));
// Where aws-lambda-ric does not build, there is nothing to start a handler with.
const describeWithClient = isBuilt ? describe : describe.skip;

describeWithClient('bakeCompileCache', () => {
  const projectRoot = copyProject();
  const runtimeFolder = makeFolder();

  beforeAll(() => {
    for (const file of ['index.mjs', 'rapid-client.node'])
      cpSync(join(CLIENT, file), join(runtimeFolder, file));
    cpSync(join(PROJECT_ROOT, 'src/runtime/entrypoint.mjs'), join(runtimeFolder, 'entrypoint.mjs'));
  });

  it('keeps a piece for each file of code, the same bytes each time', async () => {
    const { taskRoot } = await bundle(projectRoot);
    const folder = makeFolder();
    const bake = (name: string) => bakeCompileCache({ runtimeFolder, taskRoot, target: join(folder, name) });

    const baked = [await bake('one'), await bake('two')];

    const contents = ['one', 'two'].map((name) =>
      readdirSync(join(folder, name)).map((piece) => [
        piece,
        readFileSync(join(folder, name, piece), 'base64'),
      ]),
    );
    expect(baked).toEqual([
      { files: 3, refused: 5 },
      { files: 3, refused: 5 },
    ]);
    expect(contents[1]).toEqual(contents[0]);
  });

  it('rehearses events whose tokens go as far as their signature', async () => {
    const key = createSigningKey();
    const config = { ...pluginConfig(''), publicKey: key.publicKey };
    const tokens = refusedEvents().map(
      (event) => readBearerToken(event) ?? (readBody(event) as { jwt: string }).jwt,
    );
    const verify = jest.spyOn(jwt, 'verify');

    for (const token of tokens)
      await expect(
        authenticate(config, token, { requiredScope: undefined, traceId: '', deadline: Date.now() + 1_000 }),
      ).rejects.toMatchObject({ code: 'JWT_ERROR' });

    expect(verify.mock.results.map(({ type, value }) => [type, String(value)])).toEqual(
      tokens.map(() => ['throw', 'JsonWebTokenError: invalid signature']),
    );
    verify.mockRestore();
  });

  it('does not run the author’s perform', async () => {
    const { taskRoot } = await bundle(projectRoot);
    const marker = join(makeFolder(), 'ran');
    const code = readFileSync(join(taskRoot, 'index.js'), 'utf8');
    const touching = code.replaceAll(
      /async function perform\w*\([^)]*\)\{/g,
      (head) => `${head}require("fs").writeFileSync(${JSON.stringify(marker)},"");`,
    );
    expect(touching).not.toBe(code);
    writeFileSync(join(taskRoot, 'index.js'), touching);

    const { refused } = await bakeCompileCache({ runtimeFolder, taskRoot, target: makeFolder() });

    expect([refused, existsSync(marker)]).toEqual([5, false]);
  });

  it('says that a handler did not start that cannot be loaded here', async () => {
    const taskRoot = join(makeFolder(), 'task');
    mkdirSync(taskRoot);
    writeFileSync(join(taskRoot, 'index.js'), 'throw new Error("MY_VARIABLE is not set");');

    const baked = await bakeCompileCache({ runtimeFolder, taskRoot, target: join(taskRoot, 'cache') });

    expect(baked.refused).toBe(0);
  });
});
