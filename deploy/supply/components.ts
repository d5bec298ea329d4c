import { Contrib, Enums, Models } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import parse from 'spdx-expression-parse';
import type { DebianPackage } from './inspectBuild.ts';
import type { LockedPackage } from './lockFile.ts';

const { Component, HashDictionary, LicenseRepository } = Models;
const { Library } = Enums.ComponentType;
const { 'SHA-256': SHA256, 'SHA-512': SHA512 } = Enums.HashAlgorithm;
const licences = new Contrib.License.Factories.LicenseFactory(parse);

type Named = { name: string; version: string; licence?: string | undefined; cpe?: string };

/** A package of npm, with the hash of its archive. */
export function toNpmComponent({ name, version, licence, integrity }: LockedPackage): Models.Component {
  const [group, own] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = new PackageURL('npm', group, own ?? name, version, undefined, undefined).toString();
  const [, base64 = ''] = /(?:^| )sha512-([A-Za-z0-9+/]{86}==)/.exec(integrity ?? '') ?? []; // another one may stand there
  const hash = Buffer.from(base64, 'base64').toString('hex');
  return new Component(Library, own ?? name, {
    ...{ bomRef: purl, purl, version, ...(group && { group }) },
    licenses: toLicences(licence),
    hashes: new HashDictionary(hash ? [[SHA512, hash]] : []),
  });
}

/** A package of which code was compiled into a program. */
export function toCompiledComponent({ name, version, licence, cpe }: Named): Models.Component {
  const purl = new PackageURL('generic', undefined, name, version, undefined, undefined).toString();
  return new Component(Library, name, {
    ...{ bomRef: purl, purl, version, licenses: toLicences(licence), ...(cpe && { cpe }) },
  });
}

/** Node as it is in an image, with what it was compiled of: `versions` is its `process.versions`. */
export function toNodeComponent(versions: Record<string, string>, sha256: string): Models.Component {
  const { node = '', modules: _abi, napi: _napi, ...held } = versions;
  const component = toCompiledComponent({
    ...{ name: 'node', version: node, licence: 'MIT' },
    cpe: `cpe:2.3:a:nodejs:node.js:${node}:*:*:*:*:*:*:*`,
  });
  component.hashes.set(SHA256, sha256);
  for (const [name, version] of Object.entries(held))
    if (version) component.components.add(toPartOf('node', { name, version }));
  return component;
}

function toPartOf(whole: string, named: Named): Models.Component {
  const part = toCompiledComponent(named);
  part.bomRef.value = `${whole}/${part.bomRef.value}`;
  return part;
}

export function toDebianComponent(found: DebianPackage, distribution: string): Models.Component {
  const { name, version, architecture, source } = found;
  const qualifiers = {
    arch: architecture,
    distro: `debian-${distribution}`,
    ...(source && { upstream: source }),
  };
  const purl = new PackageURL('deb', 'debian', name, version, qualifiers, undefined).toString();
  return new Component(Library, name, { bomRef: purl, purl, version });
}

/** A file of no package. */
export const toFileComponent = ({ path, sha256 }: { path: string; sha256: string }): Models.Component =>
  new Component(Enums.ComponentType.File, path, {
    bomRef: `file:${path}`,
    hashes: new HashDictionary([[SHA256, sha256]]),
  });

export const toLicences = (licence: string | undefined): Models.LicenseRepository =>
  new LicenseRepository(licence ? [licences.makeFromString(licence)] : []);
