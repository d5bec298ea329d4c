import { createHash } from 'node:crypto';
import { BiotError } from '../biotError.ts';
import type { PluginConfig } from '../state.ts';
import type { NewCode } from './codeShelf.ts';
import { invalid, optionalText } from './fields.ts';
import type { PluginParts } from './multipart.ts';
import { refuseForeignRuntime } from './pluginConfig.ts';

export type CodeSources = {
  /** The image's digest; undefined when the registry has no such tag. */
  resolveImage(tag: string): Promise<string | undefined>;
  /** What a plugin gets that comes without code; each absent where it cannot be made. */
  seed: { zip?(): Promise<Buffer>; image?(): Promise<string> };
};

const MAX_TAG_LENGTH = 128;

/** Does the request bring code: a ZIP's `code` part, or an image's `imageTag`? @throws BiotError 400 for a mixture */
export function bringsCode({ deploymentPackageType }: PluginConfig, parts: PluginParts): boolean {
  if (deploymentPackageType === 'ZIP') return parts.code !== undefined;
  if (parts.code) {
    throw new BiotError({
      status: 400,
      code: 'PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE',
      message: 'A plugin of type IMAGE takes no code part',
    });
  }
  return readTag(parts) !== undefined;
}

const readTag = ({ config }: PluginParts) => optionalText(config.imageTag, 'imageTag', MAX_TAG_LENGTH);

/** The code that the request brings, or else the seed. @throws BiotError 404 PLUGIN_IMAGE_TAG_NOT_FOUND */
export async function readCode(
  sources: CodeSources,
  config: PluginConfig,
  parts: PluginParts,
): Promise<NewCode> {
  const hasCode = bringsCode(config, parts);
  if (config.deploymentPackageType === 'ZIP') return toZipCode(parts.code ?? (await makeSeedZip(sources)));
  const digest = hasCode
    ? await resolve(sources, readTag(parts) ?? '')
    : await makeSeedImage(sources, optionalText(parts.config.runtime, 'runtime', 50));
  return { code: { kind: 'IMAGE', digest } };
}

function toZipCode(zip: Buffer): NewCode {
  const digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`;
  return { code: { kind: 'ZIP', digest }, zip };
}

async function resolve({ resolveImage }: CodeSources, tag: string): Promise<string> {
  const digest = await resolveImage(tag);
  if (digest) return digest;
  throw new BiotError({
    status: 404,
    code: 'PLUGIN_IMAGE_TAG_NOT_FOUND',
    message: `The repository has no image with the tag ${tag}`,
  });
}

async function makeSeedZip({ seed }: CodeSources): Promise<Buffer> {
  if (seed.zip) return seed.zip().catch(refuseSeed);
  throw invalid('code', 'is needed: this local BioT has no seed');
}

async function makeSeedImage({ seed }: CodeSources, runtime: string | undefined): Promise<string> {
  if (!runtime) throw invalid('runtime', 'is mandatory without imageTag: it chooses the seed image');
  refuseForeignRuntime(runtime);
  if (seed.image) return seed.image().catch(refuseSeed);
  throw invalid('imageTag', 'is needed: this local BioT has no seed image');
}

function refuseSeed(cause: Error): never {
  const message = `The seed could not be made: ${cause.message}`;
  throw new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message }, { cause });
}
