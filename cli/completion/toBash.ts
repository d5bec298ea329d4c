import type { CommandTree, Values } from './toTree.ts';

/** For bash 3.2, which macOS has, and later; with and without the package bash-completion. */
export function toBash(tree: CommandTree[]): string {
  const flags = ({ options }: CommandTree) => options.flatMap(({ names }) => names).join(' ');
  return `# Completion of biot-plugin and npx biot-plugin for bash. To have it in every new shell:
#   npx biot-plugin completion bash > ~/.biot-plugin.bash && echo '. ~/.biot-plugin.bash' >> ~/.bashrc

_biot_plugin_values() { # command, option or number of the argument
  case "$1 $2" in
${tree.flatMap(toValueCases).join('\n')}
  esac
}

_biot_plugin_options() {
  case "$1" in
${tree.map((command) => `    ${command.name}) printf '%s' '${flags(command)}' ;;`).join('\n')}
    '') printf '%s' '--help --version' ;;
  esac
}

_biot_plugin_environments() {
  local file
  for file in plugin.*.json; do
    file="\${file#plugin.}"
    case "$file" in '*.json' | schema.json) ;; *) printf '%s ' "\${file%.json}" ;; esac
  done
}

_biot_plugin_releases() { # environment
  sed -n 's/^{[^{]*"version":\\([0-9]*\\).*/\\1/p' ".biot\${1:+/env/$1}/releases.jsonl" 2>/dev/null
}

_biot_plugin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command='' option='' environment='' values word
  local -i at=1 count=0
  if [ "\${COMP_WORDS[0]##*/}" = npx ]; then
    [ "\${COMP_WORDS[1]}" = biot-plugin ] && [ "$COMP_CWORD" -gt 1 ] || return 0
    at=2
  fi
  while [ "$at" -lt "$COMP_CWORD" ]; do
    word="\${COMP_WORDS[at]}"
    at+=1
    [ "$word" = = ] && [ -n "$option" ] && continue # bash makes three words of --name=value
    if [ -n "$option" ]; then
      [ "$option" = --env ] && environment="$word"
      option=''
    elif [ "$word" = -- ]; then
      return 0
    elif [ "\${word#-}" != "$word" ]; then
      [ -n "$(_biot_plugin_values "$command" "$word")" ] && option="$word"
    elif [ -z "$command" ]; then
      command="$word"
    else
      count+=1
    fi
  done
  [ "$current" = = ] && [ -n "$option" ] && current=''
  if [ -z "$option" ] && [ "\${current#-}" != "$current" ]; then
    values="$(_biot_plugin_options "$command")"
  elif [ -z "$command" ]; then
    values='${tree.map(({ name }) => name).join(' ')}'
  else
    values="$(_biot_plugin_values "$command" "\${option:-$count}")"
  fi
  case "$values" in
    '' | :anything)
      compopt +o default 2>/dev/null # which npx has
      return 0
      ;;
    :file | :directory)
      local kind=-f
      [ "$values" = :directory ] && kind=-d
      compopt -o filenames 2>/dev/null # not in 3.2
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$kind" -- "$current")
      return 0
      ;;
    :environment) values="$(_biot_plugin_environments)" ;;
    :release) values="$(_biot_plugin_releases "$environment")" ;;
  esac
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$values" -- "$current")
}

complete -F _biot_plugin biot-plugin
complete -p npx >/dev/null 2>&1 || complete -o default -F _biot_plugin npx`;
}

function toValueCases({ name, arguments: places, options }: CommandTree): string[] {
  const toCase = (pattern: string, values: Values) => `    ${pattern}) printf '%s' '${toWords(values)}' ;;`;
  const ofOptions = options.flatMap(({ names, values }) =>
    values ? [toCase(names.map((option) => `'${name} ${option}'`).join(' | '), values)] : [],
  );
  return [...places.map((values, count) => toCase(`'${name} ${count}'`, values)), ...ofOptions];
}

const toWords = (values: Values): string =>
  values.kind === 'choice' ? values.choices.join(' ') : `:${values.kind}`;
