import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundleOptions } from '../../../deploy/bundle.ts';
import { runProgram } from '../../../deploy/runProgram.ts';
import { PROJECT_ROOT } from '../../builders/project.ts';

const { constants: known } = require('../../../deploy/bundle/parts/zlib.cjs');

describe('what is bundled of axios, jsonwebtoken and winston', () => {
  let folder: string;
  let base: string;
  let http2Base: string;
  let server: Server;
  let http2: Http2Server;
  const tunnels: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'biot-lighten-'));
    server = createServer((request, response) => void answer(request, response));
    server.on('connect', (request, socket, head) => {
      tunnels.push(String(request.url));
      const target = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.write(head);
        target
          .pipe(socket)
          .pipe(target)
          .on('error', () => undefined);
      });
    });
    http2 = createHttp2Server((_request, response) => response.end('over HTTP/2'));
    base = await listen(server);
    http2Base = await listen(http2);
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    http2.close();
    rmSync(folder, { recursive: true });
  });

  /** What the script prints as JSON, bundled as a plugin is and run by itself. */
  async function run(script: string): Promise<unknown> {
    const outfile = join(folder, `${Math.random()}.cjs`);
    const { entryPoints: _src, ...options } = bundleOptions(PROJECT_ROOT);
    const contents = `
      import axios from 'axios';
      import jwt from 'jsonwebtoken';
      import winston from 'winston';
      const [base, http2Base] = ${JSON.stringify([base, http2Base])};
      const show = (value) => process.stdout.write(JSON.stringify(value));
      (async () => { ${script} })();`;
    await build({ ...options, stdin: { contents, resolveDir: PROJECT_ROOT }, outfile, logLevel: 'silent' });
    const { FORCE_COLOR: _ofJest, ...env } = process.env;
    const { code, stdout, stderr } = await runProgram(process.execPath, [outfile], { env });
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  it('loads nothing of Node that a call to BioT does without', async () => {
    const loaded = (await run(`
      const logger = winston.createLogger({ transports: [new winston.transports.Stream({ stream: process.stderr })] });
      logger.info('A line');
      await axios.post(base + '/echo', { a: 1 }, { maxRedirects: 0 });
      jwt.decode('x.y.z');
      show(process.moduleLoadList.map((entry) => entry.replace('NativeModule ', '')));`)) as string[];

    const heavy = ['internal/deps/undici/undici', 'http2', 'zlib', 'assert', 'perf_hooks', 'tty'];
    expect(loaded).toContain('https');
    expect(loaded.filter((name) => heavy.includes(name))).toEqual([]);
  });

  it.each([
    ['follows redirects', `(await axios.get(base + '/redirect')).data`, { redirected: true }],
    ['reads gzip', `(await axios.get(base + '/gzip')).data`, { packed: 'gzip' }],
    ['reads brotli', `(await axios.get(base + '/br')).data`, { packed: 'br' }],
    ['reads zstd', `(await axios.get(base + '/zstd')).data`, { packed: 'zstd' }],
    ['speaks HTTP/2', `(await axios.get(http2Base, { httpVersion: 2 })).data`, 'over HTTP/2'],
    ['fetches', `(await axios.get(base + '/redirect', { adapter: 'fetch' })).data`, { redirected: true }],
    [
      'sends a form',
      `(await axios.postForm(base + '/type', { a: 'b' })).data`,
      expect.stringMatching(/^multipart/),
    ],
    [
      'sends a file in a form',
      `(await axios.postForm(base + '/echo', { a: require('node:fs').createReadStream(process.argv[1]) }, { responseType: 'text' })).data.includes('http2Base')`,
      true,
    ],
    [
      'sends a FormData',
      `(await axios.post(base + '/type', Object.assign(new FormData(), {}))).data`,
      expect.stringMatching(/^multipart\/form-data; boundary=/),
    ],
    ['signs tokens', `jwt.verify(jwt.sign({ a: 1, iat: 1 }, 'secret'), 'secret')`, { a: 1, iat: 1 }],
    [
      'colours lines when it is asked to',
      `winston.format.colorize().transform({ level: 'info', [Symbol.for('level')]: 'info', message: '' }, {}).level`,
      '\u001b[32minfo\u001b[39m',
    ],
    [
      'tells the place of an exception',
      `new winston.ExceptionHandler(winston.createLogger()).getAllInfo(new Error('x')).trace.length > 0`,
      true,
    ],
  ])('%s all the same', async (_what, expression, expected) => {
    const result = await run(`show(${expression}); process.exit();`);

    expect(result).toEqual(expected);
  });

  it('reads NODE_ENV where the plugin runs, and not where it is bundled', async () => {
    const result = await run(`process.env.NODE_ENV = 'staging'; show(process.env.NODE_ENV);`);

    expect(result).toBe('staging');
  });

  it('goes through a proxy all the same', async () => {
    const { port } = server.address() as AddressInfo;

    await run(`
      const proxy = { protocol: 'http', host: '127.0.0.1', port: ${port} };
      await axios.get('https://biot.example:8443/', { proxy }).catch((error) => show(error.code));`);

    expect(tunnels).toEqual(['biot.example:8443']);
  });

  it('leaves a tunnel to the agent that the author made for it', async () => {
    const { port } = server.address() as AddressInfo;

    await run(`
      const httpsAgent = new (require('https-proxy-agent'))('http://127.0.0.1:${port}');
      const proxy = { protocol: 'http', host: '127.0.0.1', port: 1 };
      await axios.get('https://agent.example:8443/', { httpsAgent, proxy }).catch((error) => show(error.code));`);

    expect(tunnels).toContain('agent.example:8443');
  });

  it('has zlib’s own numbers', () => {
    const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants;

    expect(known).toEqual({ Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush });
  });

  it('takes each part that there is, of the packages as they are installed', async () => {
    const { entryPoints, ...options } = bundleOptions(PROJECT_ROOT);
    const { metafile } = await build({
      ...options,
      entryPoints,
      write: false,
      metafile: true,
      outdir: folder,
    });

    const parts = Object.keys(metafile.inputs).filter((path) => path.startsWith('deploy/bundle/parts/'));

    expect(parts.map((path) => path.split(/[/?]/).at(-2)).toSorted()).toEqual([
      'colors.cjs',
      'fetchAdapter.js',
      'followRedirects.cjs',
      'formData.cjs',
      'http2.cjs',
      'httpsProxyAgent.cjs',
      'semver.cjs',
      'sign.cjs',
      'stackTrace.cjs',
      'stream.cjs',
      'writable.cjs',
      'zlib.cjs',
    ]);
  });

  /** What `main.js` prints, bundled with these packages and run without them. */
  async function runWith(files: Record<string, string>): Promise<{ stdout: string; warnings: string[] }> {
    const place = mkdtempSync(join(folder, 'packages-'));
    for (const [name, code] of Object.entries(files)) {
      mkdirSync(dirname(join(place, name)), { recursive: true });
      writeFileSync(join(place, name), code);
    }
    const { entryPoints: _src, ...options } = bundleOptions(PROJECT_ROOT);
    const outfile = join(mkdtempSync(join(tmpdir(), 'biot-lighten-')), 'out.cjs');
    const entry = { absWorkingDir: place, entryPoints: ['main.js'] };
    const { warnings } = await build({ ...options, ...entry, outfile, logLevel: 'silent' });
    const { FORCE_COLOR: _ofJest, ...env } = process.env;
    const { code, stdout, stderr } = await runProgram(process.execPath, [outfile], { env });
    rmSync(dirname(outfile), { recursive: true });
    if (code !== 0) throw new Error(stderr);
    return { stdout, warnings: warnings.map(({ text }) => text) };
  }

  it('takes an axios that it does not know as it is, and says so', async () => {
    const { stdout, warnings } = await runWith({
      'main.js': `console.log(require('axios/lib/utils.js').version);`,
      'node_modules/axios/lib/utils.js': 'exports.version = "another";',
    });

    expect(stdout).toBe('another\n');
    expect(warnings).toEqual([
      expect.stringMatching(/axios.lib.utils\.js is not as deploy\/bundle\/lighten\.ts knows it: it works/),
    ]);
  });

  it('leaves to each axios, where there are two, what is its own', async () => {
    const copy = (at: string, name: string) => ({
      [`${at}/axios/index.js`]: `module.exports = require('follow-redirects').http.request();`,
      [`${at}/follow-redirects/index.js`]: `exports.http = { request: () => '${name}' };`,
    });

    const { stdout } = await runWith({
      'main.js': `console.log(require('axios'), require('older'));`,
      'node_modules/older/index.js': `module.exports = require('axios');`,
      ...copy('node_modules', 'new'),
      ...copy('node_modules/older/node_modules', 'old'),
    });

    expect(stdout).toBe('new old\n');
  });

  it('bundles packages that are not written for strict mode', async () => {
    const { stdout } = await runWith({
      'main.js': `console.log(require('loose'));`,
      'node_modules/loose/index.js': `for (i = 0; i < 3; i++); module.exports = i;`,
    });

    expect(stdout).toBe('3\n');
  });

  it('bundles supports-color for all but debug, which does without', async () => {
    const { stdout } = await runWith({
      'main.js': `console.log(require('colourful'), require('debug'));`,
      'node_modules/colourful/index.js': `module.exports = require('supports-color');`,
      'node_modules/debug/index.js': `try { require('supports-color'); } catch { module.exports = 'without'; }`,
      'node_modules/supports-color/index.js': `module.exports = 'with';`,
    });

    expect(stdout).toBe('with without\n');
  });
});

async function listen(listener: Server | Http2Server): Promise<string> {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

const PACKERS = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync };

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const name = String(request.url).slice(1);
  if (name === 'redirect') return void response.writeHead(302, { location: '/target' }).end();
  if (name === 'type') return void response.end(request.headers['content-type']);
  response.setHeader('content-type', 'application/json');
  if (name === 'target') return void response.end('{"redirected":true}');
  if (!(name in PACKERS)) return void response.end(body);
  response.setHeader('content-encoding', name);
  response.end(PACKERS[name as keyof typeof PACKERS](`{"packed":"${name}"}`));
}
