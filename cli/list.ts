import { listPlugins } from '../deploy/listPlugins.ts';
import type { Plugin } from '../deploy/pluginApi.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { toColumns } from './toColumns.ts';

export function addList(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin list',
    async run({ biot, say }) {
      const rows = (await listPlugins(biot())).map(toRow);
      const [first] = rows;
      say(
        first ? `Next: npx biot-plugin get ${first.name}` : 'There is none yet. Next: npx biot-plugin deploy',
      );
      return { text: toText(rows), json: rows };
    },
  });
}

type Row = Pick<Plugin, 'name' | 'displayName' | 'version' | 'deploymentPackageType'> & {
  enabledState: string;
  lastModifiedTime: string;
};

/** Without the variables: their values may be secrets. */
const toRow = (plugin: Plugin): Row => ({
  name: plugin.name,
  displayName: plugin.displayName,
  version: plugin.version,
  deploymentPackageType: plugin.deploymentPackageType,
  enabledState: String(plugin.enabledState ?? 'ENABLED'),
  lastModifiedTime: String(plugin.lastModifiedTime),
});

const HEADINGS = ['NAME', 'VERSION', 'TYPE', 'STATE', 'LAST CHANGE'];

const toText = (rows: Row[]): string =>
  rows.length === 0
    ? ''
    : toColumns([
        HEADINGS,
        ...rows.map((row) => [
          row.name,
          String(row.version),
          row.deploymentPackageType,
          row.enabledState,
          row.lastModifiedTime,
        ]),
      ]);
