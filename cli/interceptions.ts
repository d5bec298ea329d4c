import { type Interceptable, readInterceptions } from '../deploy/catalogue.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { toColumns } from './toColumns.ts';

export function addInterceptions(cli: CommandLine): void {
  addCommand(cli, {
    description: 'list what can be intercepted: all, or where an API or an entity type contains the text',
    example: 'biot-plugin interceptions patients',
    async run({ biot, say }, [text = '']) {
      const all = await readInterceptions(biot());
      const rows = all.filter((row) => contains(row.apiId, text) || contains(row.entityTypeName, text));
      say(
        rows.length > 0
          ? 'They go into "subscriptions" of plugin.json. Next: npx biot-plugin plan'
          : `None of the ${all.length} contains "${text}". Next: npx biot-plugin interceptions`,
      );
      return { text: toText(rows), json: rows };
    },
  });
}

const contains = (name = '', text: string): boolean => name.toLowerCase().includes(text.toLowerCase());

function toText(rows: Interceptable[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map(({ apiId, entityTypeName }) =>
    apiId ? ['PRE_REQUEST, POST_REQUEST', apiId, entityTypeName] : ['ADAPT_ENTITY', '–', entityTypeName],
  );
  return toColumns([['TYPE', 'API ID', 'ENTITY TYPE'], ...cells]);
}
