import { MB, round, type Spread } from '../statistics.ts';
import { measureHelp } from './measureHelp.ts';
import { type ImageFigures, measureImage, toImageRows } from './measureImage.ts';
import { measurePush, type PushFigures } from './measurePush.ts';

const KB = 1_000;

/** `image` and `push` are absent without a container engine. */
export type DeliveryFigures = {
  help: { help: Spread; node: Spread };
  image?: ImageFigures;
  push?: { changed: PushFigures; unchanged: PushFigures };
};

export type DeliveryOptions = { projectRoot: string; image?: string; say(line: string): void };

/** The command line, the image, and how it comes to a registry. */
export async function measureDelivery({
  projectRoot,
  image,
  say,
}: DeliveryOptions): Promise<DeliveryFigures> {
  say('biot-plugin --help, again and again');
  const help = measureHelp(projectRoot);
  if (!image) return { help };
  say('The image, and pushing it to a registry of this machine');
  return { help, image: measureImage(image), push: await measurePush(projectRoot) };
}

export function toDeliveryRows({ help, image, push }: DeliveryFigures): string[] {
  const toRow = (name: string, { median, min, max }: Spread) =>
    `  ${name.padEnd(42)}${[median, min, max].map((value) => value.toFixed(0).padStart(8)).join('')}`;
  const toPushRow = (name: string, { ms, bytes }: PushFigures) =>
    `${toRow(name, ms)}  ${round(bytes.median / KB)} KB (${round(bytes.min / KB)} to ${round(bytes.max / KB)})`;
  return [
    'THE COMMAND LINE, MS                          MEDIAN     MIN     MAX',
    toRow('biot-plugin --help', help.help),
    toRow('node -e 0', help.node),
    ...(push
      ? [
          toPushRow('build-and-push after a change of a line', push.changed),
          toPushRow('build-and-push after none', push.unchanged),
        ]
      : []),
    '',
    ...(image ? toImageRows(image) : ['No container engine: nothing of the image.']),
    ...(image ? [`  (1 MB is ${MB} bytes, 1 KB ${KB})`] : []),
  ];
}
