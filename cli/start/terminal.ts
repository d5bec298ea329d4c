import type { Emulator } from '../../emulator/index.ts';
import { toExports, toReadyLine } from '../emulator.ts';
import type { Swap } from './createSwapper.ts';

/** What the author sees: how to reach the local BioT on standard output, what happens then on standard error. */
export type Terminal = {
  isColoured: boolean;
  say(line: string): void;
  /** Once, after the first round, whatever came of it. */
  ready(emulator: Emulator, inspectPort?: number): void;
  /** `ms` from the save on. */
  swap(swap: Swap, ms: number): void;
};

export function createTerminal({ isJson, isColoured }: { isJson: boolean; isColoured: boolean }): Terminal {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  return {
    isColoured,
    say,
    ready(emulator, inspectPort) {
      const text = isJson ? `${JSON.stringify(toReadyLine(emulator))}\n` : toReadyText(emulator, inspectPort);
      process.stdout.write(text);
    },
    swap(swap, ms) {
      if (swap.kind !== 'unchanged') say(toText(swap, ms));
    },
  };
}

function toReadyText(emulator: Emulator, inspectPort?: number): string {
  return [
    `The local BioT is at ${emulator.baseUrl}.`,
    toExports(emulator),
    ...(inspectPort
      ? [`A debugger can attach to port ${inspectPort}; no time limit is kept meanwhile.`]
      : []),
    'Edit src/ or plugin.json, and the plugin is swapped. Ctrl-C ends all.',
    '',
  ].join('\n');
}

function toText(swap: Exclude<Swap, { kind: 'unchanged' }>, ms: number): string {
  if (swap.kind === 'broken') return `${swap.reason}\nNot swapped.`;
  const { name, version, endpointUrl } = swap;
  if (swap.kind === 'deployed') return `${name} answers at ${endpointUrl}`;
  return `${name} ${version} swapped in ${ms} ms`;
}
