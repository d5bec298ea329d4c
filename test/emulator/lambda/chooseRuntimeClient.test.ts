import { existsSync } from 'node:fs';
import { chooseRuntimeClient } from '../../../emulator/lambda/chooseRuntimeClient.ts';
import { PROJECT_ROOT } from '../../builders/project.ts';

describe('chooseRuntimeClient', () => {
  it('takes the small client where AWS’s is not built, and says once what is not kept', () => {
    const lines: string[] = [];
    const choose = chooseRuntimeClient('/nowhere', (line) => lines.push(line));

    const chosen = [choose(), choose()];

    expect(chosen).toEqual(Array(2).fill('/nowhere/emulator/lambda/runtimeClient.mjs'));
    expect(lines).toEqual([expect.stringMatching(/small client.*memory limit are not kept.*\/tmp/)]);
  });

  it('takes a client that is there', () => {
    const path = chooseRuntimeClient(PROJECT_ROOT, () => undefined)();

    expect(existsSync(path)).toBe(true);
  });
});
