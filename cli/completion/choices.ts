import { type Effect, faultServices } from '../../emulator/faults.ts';
import type { EmulatorOptions } from '../../emulator/index.ts';
import { HOOK_KINDS } from '../invoke/hookKinds.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

// As keys, so that the compiler finds it when one is missing.
const LAUNCHERS: Record<EmulatorOptions['launcher'], true> = { auto: true, docker: true, process: true };
const FAULT_KINDS: Record<Effect['kind'], true> = {
  latency: true,
  status: true,
  reset: true,
  half: true,
  'lost-answer': true,
  'key-rotation': true,
  'clock-move': true,
  duplicate: true,
  late: true,
};

/** What can stand in the place of a value, by command and placeholder or option. */
export const CHOICES: Record<string, readonly string[]> = {
  'completion <shell>': SHELLS,
  'emulator --launcher': Object.keys(LAUNCHERS),
  'faults [action]': ['list', 'add', 'clear'],
  'faults --kind': Object.keys(FAULT_KINDS),
  'faults --service': faultServices,
  'invoke --hook': HOOK_KINDS,
};
