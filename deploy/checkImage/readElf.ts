/** Of a program or a shared library for Linux. */
export type Elf = {
  isAmd64: boolean;
  /** The loader that a program not linked statically is started by. */
  interpreter?: string;
};

const AMD64 = 62;
const BITS_64 = 2;
const LITTLE_ENDIAN = 1;
const PT_INTERP = 3;
/** Of one entry of the table. */
const ENTRY_BYTES = 56;

/** Undefined for what is no ELF file. `head` is how it begins. */
export function readElf(head: Buffer): Elf | undefined {
  if (head.length < 64 || head.toString('latin1', 0, 4) !== '\u007fELF') return undefined;
  const isReadable = head[4] === BITS_64 && head[5] === LITTLE_ENDIAN;
  const isAmd64 = isReadable && head.readUInt16LE(18) === AMD64;
  const interpreter = isReadable ? readInterpreter(head) : undefined;
  return { isAmd64, ...(interpreter && { interpreter }) };
}

function readInterpreter(head: Buffer): string | undefined {
  const table = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  if (size < ENTRY_BYTES) return undefined;
  for (let at = table; at < table + count * size && at + size <= head.length; at += size) {
    if (head.readUInt32LE(at) !== PT_INTERP) continue;
    const begin = Number(head.readBigUInt64LE(at + 8));
    const end = begin + Number(head.readBigUInt64LE(at + 32));
    return head.toString('latin1', begin, end - 1); // the last byte is its end mark
  }
  return undefined;
}
