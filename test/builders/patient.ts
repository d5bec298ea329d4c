import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../deploy/connect.ts';
import type { Patient } from '../../deploy/doctor/check.ts';
import { PROJECT_ROOT } from './project.ts';

/** This project on this machine, for the doctor; a test names only what it is about. */
export function newPatient(overrides: Partial<Patient> = {}): Patient {
  const { settings = {} } = overrides;
  return {
    projectRoot: PROJECT_ROOT,
    stateDirectory: join(PROJECT_ROOT, '.biot'),
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    variables: {},
    settings,
    biot: () => connect(settings, undefined),
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** A folder of its own, removed after the suite; made where suites are described. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
