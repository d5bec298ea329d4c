import type { CommandTree, OptionTree, Values } from './toTree.ts';

export function toZsh(tree: CommandTree[]): string {
  return `#compdef biot-plugin
# Completion of biot-plugin and npx biot-plugin for zsh. To have it in every new shell, after compinit:
#   npx biot-plugin completion zsh > ~/.biot-plugin.zsh && echo '. ~/.biot-plugin.zsh' >> ~/.zshrc

_biot_plugin_environments() {
  local -a names
  names=(plugin.*.json(N))
  names=(\${\${names#plugin.}%.json})
  compadd -- \${names:#schema}
}

_biot_plugin_releases() {
  local environment="\${opt_args[--env]}"
  local file=".biot\${environment:+/env/$environment}/releases.jsonl"
  compadd -- \${(f)"$(sed -n 's/^{[^{]*"version":\\([0-9]*\\).*/\\1/p' "$file" 2>/dev/null)"}
}

_biot_plugin() {
  local curcontext="$curcontext" state
  local -a line commands
  local -A opt_args
  commands=(
${tree.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join('\n')}
  )
  _arguments -C '(- *)'{-h,--help}'[display help for command]' '(- *)--version[print the version]' '1: :->command' '*:: :->rest' && return
  case "$state" in
    command) _describe command commands ;;
    rest)
      case "$line[1]" in
${tree.map(toCase).join('\n')}
      esac
      ;;
  esac
}

_biot_plugin_npx() {
  if [[ "$words[2]" != biot-plugin || $CURRENT -le 2 ]]; then
    _default
    return
  fi
  shift words
  (( CURRENT-- ))
  _biot_plugin
}

if (( $+functions[compdef] )); then
  compdef _biot_plugin biot-plugin
  (( $+_comps[npx] )) || compdef _biot_plugin_npx npx
fi`;
}

function toCase({ name, arguments: places, options }: CommandTree): string {
  const specs = [...options.map(toSpec), ...places.map((values, i) => quote(`${i + 1}${toAction(values)}`))];
  return `        ${name}) _arguments -s ${specs.join(' ')} ;;`;
}

function toSpec({ names, meaning, values }: OptionTree): string {
  const [first = '', second] = names;
  const told = `[${meaning.replaceAll(/[[\]\\:]/g, '\\$&')}]`;
  if (!second) return quote(toLong(first, values) + told + toAction(values));
  const both = [first, toLong(second, values)].join(',');
  return `${quote(`(${names.join(' ')})`)}{${both}}${quote(told + toAction(values))}`;
}

/** A value comes as `--name value` or as `--name=value`. */
const toLong = (name: string, values: Values | undefined): string => (values ? `${name}=` : name);

const toAction = (values: Values | undefined): string => {
  if (!values) return '';
  return `: :${values.kind === 'choice' ? `(${values.choices.join(' ')})` : ACTIONS[values.kind]}`;
};

const ACTIONS = {
  file: '_files',
  directory: '_files -/',
  environment: '_biot_plugin_environments',
  release: '_biot_plugin_releases',
  anything: ' ',
};

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
