import type { CommandTree, Values } from './toTree.ts';

/** For Windows PowerShell 5.1 and PowerShell 7. */
export function toPowerShell(tree: CommandTree[]): string {
  return `# Completion of biot-plugin and npx biot-plugin for PowerShell. To have it in every new shell:
#   npx biot-plugin completion powershell >> $PROFILE

$BiotPluginCommands = @{
${tree.map(({ name, summary }) => `  ${quote(name)} = ${quote(summary)}`).join('\n')}
}
$BiotPluginOptions = @{
  '' = @{ '--help' = 'display help for command'; '--version' = 'print the version' }
${tree.map(toOptionLine).join('\n')}
}
$BiotPluginValues = @{
${tree.flatMap(toValueLines).join('\n')}
}

Register-ArgumentCompleter -Native -CommandName 'biot-plugin', 'npx' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  $start = 1
  if ([System.IO.Path]::GetFileNameWithoutExtension($words[0]) -eq 'npx') {
    if ($words.Count -lt 2 -or $words[1] -ne 'biot-plugin') { return }
    $start = 2
  }
  $command = ''; $option = ''; $environment = ''; $count = 0
  for ($i = $start; $i -lt $words.Count; $i++) {
    $word = $words[$i]
    if ($option) {
      if ($option -eq '--env') { $environment = $word }
      $option = ''
    }
    elseif ($word -eq '--') { return }
    elseif ($word.StartsWith('-')) {
      if ($BiotPluginValues.ContainsKey("$command $word")) { $option = $word }
    }
    elseif (-not $command) { $command = $word }
    else { $count++ }
  }

  $offers = @{}
  if (-not $option -and $wordToComplete.StartsWith('-')) {
    if ($BiotPluginOptions.ContainsKey($command)) { $offers = $BiotPluginOptions[$command] }
  }
  elseif (-not $command) { $offers = $BiotPluginCommands }
  else {
    $place = if ($option) { $option } else { $count }
    $values = @($BiotPluginValues["$command $place"])
    if ($values[0] -eq ':environment') {
      $values = @(Get-ChildItem -Name 'plugin.*.json' | ForEach-Object { $_ -replace '^plugin\\.(.+)\\.json$', '$1' } | Where-Object { $_ -ne 'schema' })
    }
    elseif ($values[0] -eq ':release') {
      $folder = if ($environment) { ".biot/env/$environment" } else { '.biot' }
      $values = @(Get-Content -ErrorAction SilentlyContinue "$folder/releases.jsonl" | ForEach-Object { "$(($_ | ConvertFrom-Json).version)" })
    }
    foreach ($value in $values) { if ($value -and -not $value.StartsWith(':')) { $offers[$value] = $value } }
  }
  $offers.Keys | Where-Object { $_.StartsWith($wordToComplete) } | Sort-Object | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $offers[$_])
  }
}`;
}

function toOptionLine({ name, options }: CommandTree): string {
  const long = options.map(({ names, meaning }) => `${quote(names.at(-1) ?? '')} = ${quote(meaning)}`);
  return `  ${quote(name)} = @{ ${long.join('; ')} }`;
}

function toValueLines({ name, arguments: places, options }: CommandTree): string[] {
  const toLine = (place: string, values: Values) => `  ${quote(`${name} ${place}`)} = ${toWords(values)}`;
  return [
    ...places.map((values, count) => toLine(String(count), values)),
    ...options.flatMap(({ names, values }) => (values ? names.map((flag) => toLine(flag, values)) : [])),
  ];
}

const toWords = (values: Values): string =>
  values.kind === 'choice' ? values.choices.map(quote).join(', ') : quote(`:${values.kind}`);

/** PowerShell takes typographic quotes for quotes, too. */
const quote = (text: string): string => `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
