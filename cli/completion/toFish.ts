import type { CommandTree, Values } from './toTree.ts';

export function toFish(tree: CommandTree[]): string {
  const names = tree.map(({ name }) => name).join(' ');
  return `# Completion of biot-plugin and npx biot-plugin for fish. To have it in every new shell:
#   npx biot-plugin completion fish > ~/.config/fish/conf.d/biot-plugin.fish

function __biot_plugin_environments
    string replace --regex --filter '^plugin\\.(.+)\\.json$' '$1' -- plugin.*.json | string match --invert schema
end

function __biot_plugin_releases
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l folder .biot
    set -l at (contains --index -- --env $words); and set folder .biot/env/$words[(math $at + 1)]
    sed -n 's/^{[^{]*"version":\\([0-9]*\\).*/\\1/p' $folder/releases.jsonl 2>/dev/null
end

complete -c npx -n '__fish_seen_subcommand_from biot-plugin' -f -k -a '(complete -C (string replace --regex "^npx +" "" -- (commandline --cut-at-cursor --current-process)))'
complete -c biot-plugin -f
complete -c biot-plugin -n 'not __fish_seen_subcommand_from ${names}' -s h -l help -d 'display help for command'
complete -c biot-plugin -n 'not __fish_seen_subcommand_from ${names}' -l version -d 'print the version'
${tree.flatMap((command) => toLines(command, names)).join('\n')}`;
}

function toLines({ name, summary, arguments: places, options }: CommandTree, names: string): string[] {
  const here = `complete -c biot-plugin -n '__fish_seen_subcommand_from ${name}'`;
  const ofOptions = options.map(({ names: flags, meaning, values }) => {
    const spelt = flags.map((flag) =>
      flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
    );
    return [here, ...spelt, values && `-x ${toOffer(values)}`.trim(), `-d ${quote(meaning)}`]
      .filter(Boolean)
      .join(' ');
  });
  const ofArguments = places
    .filter(({ kind }) => kind !== 'anything')
    .map((values) => `${here} ${toOffer(values)}`);
  const itself = `complete -c biot-plugin -n 'not __fish_seen_subcommand_from ${names}' -a ${name} -d ${quote(summary)}`;
  return [itself, ...ofArguments, ...ofOptions];
}

const OFFERS = {
  file: "-a '(__fish_complete_path)'",
  directory: "-a '(__fish_complete_directories)'",
  environment: "-a '(__biot_plugin_environments)'",
  release: "-k -a '(__biot_plugin_releases)'",
  anything: '',
};

const toOffer = (values: Values): string =>
  values.kind === 'choice' ? `-a ${quote(values.choices.join(' '))}` : OFFERS[values.kind];

const quote = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
