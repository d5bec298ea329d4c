import type { Command } from 'commander';
import { CHOICES } from './choices.ts';

/** What a shell may offer in the place of a value. `environment` and `release` it reads from the project's files. */
export type Values =
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'file' | 'directory' | 'environment' | 'release' | 'anything' };

export type CommandTree = {
  name: string;
  summary: string;
  /** In their order; each is offered once. */
  arguments: Values[];
  options: OptionTree[];
};

export type OptionTree = {
  /** Like `-v` and `--verbose`. */
  names: string[];
  meaning: string;
  /** Absent when it takes no value. */
  values?: Values;
};

const HELP: OptionTree = { names: ['-h', '--help'], meaning: 'display help for command' };

/** What can be typed after the program's name. */
export function toTree(program: Command): CommandTree[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    arguments: command.registeredArguments.map((argument) => {
      const placeholder = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
      return toValues(command.name(), placeholder, argument.name());
    }),
    options: [...command.options.map((option) => toOption(command.name(), option)), HELP],
  }));
}

function toOption(command: string, option: Command['options'][number]): OptionTree {
  const { short, long = '', flags, description } = option;
  const names = [short, long].filter((name) => name !== undefined && name !== '') as string[];
  const [, placeholder] = /[<[](.+)[>\]]$/.exec(flags) ?? [];
  const shown = { names, meaning: description };
  return placeholder ? { ...shown, values: toValues(command, long, placeholder) } : shown;
}

const KINDS = { file: 'file', directory: 'directory', release: 'release' } as const;

function toValues(command: string, place: string, placeholder: string): Values {
  const choices = CHOICES[`${command} ${place}`];
  if (choices) return { kind: 'choice', choices };
  if (place === '--env') return { kind: 'environment' };
  return { kind: KINDS[placeholder as keyof typeof KINDS] ?? 'anything' };
}
