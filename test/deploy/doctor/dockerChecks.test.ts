import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkBaseImage,
  checkBuilder,
  checkDocker,
  checkEngine,
  checkPlatform,
} from '../../../deploy/doctor/dockerChecks.ts';
import { checkCredentialHelper } from '../../../deploy/doctor/dockerConfigCheck.ts';
import { describeWithDocker } from '../../builders/docker.ts';
import { newFolder, newPatient } from '../../builders/patient.ts';

describe('checkDocker', () => {
  it('says that there is no docker', async () => {
    const finding = await checkDocker(newPatient({ env: { PATH: '/nowhere' } }));

    expect(finding).toEqual({
      status: 'problem',
      message: 'There is no docker on the PATH',
      cure: expect.stringContaining('one deployed as IMAGE stays so'),
    });
  });

  it('does not ask for it where the plugin is a ZIP', async () => {
    const projectRoot = newFolderWith({ 'plugin.json': zipPlugin });

    const finding = await checkDocker(newPatient({ projectRoot, env: { PATH: '/nowhere' } }));

    expect(finding.status).toBe('skipped');
  });
});

const folder = newFolder();
const zipPlugin = JSON.stringify({
  ...{ name: 'x', displayName: 'X', version: 1, deploymentPackageType: 'ZIP' },
});

function newFolderWith(files: Record<string, string>): string {
  const path = join(folder, String(Object.keys(files)));
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, name), text);
    chmodSync(join(path, name), 0o755);
  }
  writeFileSync(join(path, 'plugin.schema.json'), '{}');
  return path;
}

describeWithDocker('the checks of docker', () => {
  it('find the engine, its builder, its platform and the base image', async () => {
    const patient = newPatient();

    const findings = [checkDocker, checkEngine, checkBuilder, checkPlatform, checkBaseImage].map((check) =>
      check(patient),
    );

    const statuses = (await Promise.all(findings)).map(({ status }) => status);
    expect(statuses).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('name the address at which no engine answers', async () => {
    const env = { PATH: process.env.PATH, DOCKER_HOST: 'tcp://me:secret@127.0.0.1:1' };

    const finding = await checkEngine(newPatient({ env }));

    expect(finding).toMatchObject({
      status: 'problem',
      message: expect.stringMatching(/^No engine answers at tcp:\/\/…@127\.0\.0\.1:1 \(DOCKER_HOST\): \S/),
    });
  });

  it('say that a base image is neither here nor to be had', async () => {
    const projectRoot = newFolderWith({ Dockerfile: 'ARG NODE_IMAGE=127.0.0.1:1/nothing:1\n' });

    const finding = await checkBaseImage(newPatient({ projectRoot }));

    expect(finding).toMatchObject({
      status: 'problem',
      message: expect.stringContaining('127.0.0.1:1/nothing:1 is neither here nor to be had: '),
    });
  });
});

describe('checkPlatform on another processor', () => {
  /** Stands for the docker of such a machine: this one has none. */
  const withDocker = (atRun: string) => {
    const script = `#!/bin/sh
case $1 in info) echo linux/aarch64;; image) echo linux/amd64;; run) ${atRun};; esac`;
    const bin = newFolderWith({ docker: script });
    return newPatient({ env: { PATH: `${bin}:${process.env.PATH}` } });
  };

  it.each([
    ['echo v24.21.0', 'ok', /emulates linux\/amd64: Node started in \d+\.\d s$/],
    ['echo "exec format error" >&2; exit 1', 'problem', /cannot run linux\/amd64: exec format error$/],
  ])('tries the emulation: %s', async (atRun, status, message) => {
    const finding = await checkPlatform(withDocker(atRun));

    expect(finding).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});

describe('checkCredentialHelper', () => {
  const withConfig = (config: string) =>
    checkCredentialHelper(
      newPatient({
        env: { PATH: process.env.PATH, DOCKER_CONFIG: newFolderWith({ 'config.json': config }) },
      }),
    );

  it('says that a broken helper does not matter to login and push', async () => {
    const finding = await withConfig('{"credsStore":"nowhere"}');

    expect(finding).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/^docker-credential-nowhere in .* It does not matter to login and push/),
    });
  });

  it.each([
    ['{"auths":{}}', 'ok'],
    ['{"auths"', 'warning'],
  ])('judges a configuration of %s', async (config, status) => {
    const finding = await withConfig(config);

    expect(finding.status).toBe(status);
  });
});
