import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A file by its content; a link by where it leads. */
export type TarFile = {
  name: string;
  content?: string | Buffer;
  mode?: number;
  link?: string;
  hardLink?: string;
};

/** A tar with these files in their order. A name that ends with `/` is a directory. */
export async function packTar(files: TarFile[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content = '', mode, link, hardLink } of files) {
    const rights = mode === undefined ? {} : { mode };
    if (link) tar.entry({ name, type: 'symlink', linkname: link });
    else if (hardLink) tar.entry({ name, type: 'link', linkname: hardLink });
    else if (name.endsWith('/')) tar.entry({ name, type: 'directory', mode: 0o755, ...rights });
    else tar.entry({ name, mode: 0o644, ...rights }, content);
  }
  tar.finalize();
  return buffer(tar);
}
