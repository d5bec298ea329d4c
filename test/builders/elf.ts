const HEADER_BYTES = 64;
const ENTRY_BYTES = 56;

/** How a program for Linux begins: enough to be recognised, too little to run. */
export function createElf({ machine = 62, interpreter = '' } = {}): Buffer {
  const begin = HEADER_BYTES + ENTRY_BYTES;
  const elf = Buffer.alloc(begin + interpreter.length + 1);
  elf.write('\u007fELF\u0002\u0001\u0001', 'latin1');
  elf.writeUInt16LE(machine, 18);
  elf.writeBigUInt64LE(BigInt(HEADER_BYTES), 32);
  elf.writeUInt16LE(ENTRY_BYTES, 54);
  elf.writeUInt16LE(interpreter ? 1 : 0, 56);
  elf.writeUInt32LE(3, HEADER_BYTES);
  elf.writeBigUInt64LE(BigInt(begin), HEADER_BYTES + 8);
  elf.writeBigUInt64LE(BigInt(interpreter.length + 1), HEADER_BYTES + 32);
  elf.write(interpreter, begin, 'latin1');
  return elf;
}
