import { type Notifiable, readActions } from '../deploy/catalogue.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { toColumns } from './toColumns.ts';

export function addActions(cli: CommandLine): void {
  addCommand(cli, {
    description: 'list what BioT tells plugins of: all, or of entity types whose name contains the text',
    example: 'biot-plugin actions patient',
    async run({ biot, say }, [entity = '']) {
      const all = await readActions(biot());
      const rows = all.filter(({ entityName }) => entityName.includes(entity.toLowerCase()));
      const names = [...new Set(all.map(({ entityName }) => entityName))].join(', ');
      say(
        rows.length > 0
          ? 'They go into "subscriptions" of plugin.json. Next: npx biot-plugin plan'
          : `No entity type contains "${entity}". There are: ${names}. Next: npx biot-plugin actions`,
      );
      return { text: toText(rows), json: rows };
    },
  });
}

function toText(rows: Notifiable[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => [
    row.entityName,
    row.actionName,
    `${row.entityDisplayName}: ${row.actionDisplayName}`,
  ]);
  return toColumns([['ENTITY TYPE', 'ACTION', 'MEANING'], ...cells]);
}
