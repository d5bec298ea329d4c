import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../deploy/runProgram.ts';
import { audit } from '../../../deploy/supply/audit.ts';
import { type Advisory, type AuditRegistry, startAuditRegistry } from '../../builders/auditRegistry.ts';
import { addPackage } from '../../builders/foreignPackage.ts';
import { copyProject } from '../../builders/project.ts';

const inBundle: Advisory = { name: 'follow-redirects', title: 'Guesses its boundary', severity: 'critical' };
const inAddon: Advisory = { name: 'node-addon-api', title: 'Forgets a check', severity: 'low' };
const inBuild: Advisory = { name: 'esbuild', title: 'Serves to all', severity: 'high' };
const ofTests: Advisory = { name: 'jest', title: 'Lets all pass', severity: 'high' };

describe('audit', () => {
  const projectRoot = copyProject();
  const registries: AuditRegistry[] = [];

  afterAll(() => Promise.all(registries.map((registry) => registry.close())));

  /** Of npm's own settings only the registry. */
  const startRegistry = async (advisories: Advisory[] | 'none'): Promise<NodeJS.ProcessEnv> => {
    const registry = await startAuditRegistry(advisories);
    registries.push(registry);
    const { PATH } = process.env;
    return { PATH, HOME: mkdtempSync(join(tmpdir(), 'biot-npm-')), npm_config_registry: registry.url };
  };

  it('finds nothing in what ships today, and counts it', async () => {
    const env = await startRegistry([]);

    const found = await audit({ projectRoot, env });

    expect(found).toEqual({ findings: [], packages: expect.any(Number), isKnown: true });
    expect(found.packages).toBeGreaterThan(30);
  });

  it('has an error for what ships in the bundle or the addon, a warning for a tool of the build, nothing for tests', async () => {
    const env = await startRegistry([inBundle, inAddon, inBuild, ofTests]);

    const { findings } = await audit({ projectRoot, env });

    expect(findings.map(({ severity, code, message }) => [severity, code, message]).sort()).toEqual([
      [
        'error',
        'VULNERABLE',
        expect.stringMatching(/ follow-redirects: Guesses its boundary \(critical, https:.*\)$/),
      ],
      ['error', 'VULNERABLE', expect.stringMatching(/ node-addon-api: Forgets a check \(low, https:.*\)$/)],
      ['warning', 'VULNERABLE_TOOL', expect.stringMatching(/ esbuild: Serves to all \(high, https:.*\)$/)],
    ]);
  });

  it.each([
    ['does not know such a question', () => startRegistry('none'), /: 405 Method Not Allowed/],
    [
      'is down',
      async () => ({ ...(await startRegistry([])), npm_config_registry: 'http://127.0.0.1:9' }),
      /ECONNREFUSED/,
    ],
  ])('warns where the registry %s', async (_how, makeEnv, why) => {
    const env = await makeEnv();

    const found = await audit({ projectRoot, env });

    expect(found.isKnown).toBe(false);
    expect(found.findings).toEqual([
      expect.objectContaining({
        code: 'VULNERABILITIES_UNKNOWN',
        severity: 'warning',
        message: expect.stringMatching(why),
      }),
    ]);
  });

  describe('with foreign packages', () => {
    const other = copyProject();

    beforeAll(() => {
      addPackage(other, { name: 'takes-all', license: 'GPL-3.0-only' });
      addPackage(other, { name: 'says-nothing' });
      addPackage(other, { name: 'gives-choice', license: '(GPL-3.0-only OR MIT)' });
    });

    it('has an error for each whose licence may not ship', async () => {
      const env = await startRegistry([]);

      const { findings } = await audit({ projectRoot: other, env });

      expect(findings.map(({ code, severity, message }) => [code, severity, message.split(',')[0]])).toEqual([
        ['LICENCE_FORBIDDEN', 'error', 'says-nothing 1.0.0 ships with the plugin and states no licence'],
        ['LICENCE_FORBIDDEN', 'error', 'takes-all 1.0.0 ships with the plugin and is under GPL-3.0-only'],
      ]);
    });

    it.each([
      ['1 with an error', { folder: other, exitCode: 1, text: /^error LICENCE_FORBIDDEN says-nothing/ }],
      ['0 with a warning', { folder: projectRoot, exitCode: 0, text: /could not be looked up$/ }],
    ])('ends the command with %s', async (_how, { folder, exitCode, text }) => {
      const env = await startRegistry('none');

      const { code, stdout } = await runProgram(process.execPath, ['cli/audit.ts'], { cwd: folder, env });

      expect(code).toBe(exitCode);
      expect(stdout.trim()).toMatch(text);
    });
  });
});
