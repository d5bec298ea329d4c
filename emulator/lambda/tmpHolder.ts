/**
 * A volume in memory is emptied when its last container ends. So beside the function's container stands one that does
 * nothing but hold /tmp, while the function is ended and started again. Its image is made here: one program of a few
 * bytes in a tar archive, given to `docker import`.
 */
export function toHolderArchive(): Buffer {
  const program = toProgram();
  const blocks = Math.ceil(program.length / TAR_BLOCK);
  const archive = Buffer.alloc((1 + blocks + 2) * TAR_BLOCK); // two empty blocks end an archive
  toTarHeader(program.length).copy(archive);
  program.copy(archive, TAR_BLOCK);
  return archive;
}

export const HOLDER_PROGRAM = '/hold';

const TAR_BLOCK = 512;

function toTarHeader(sizeBytes: number): Buffer {
  const header = Buffer.alloc(TAR_BLOCK);
  header.write(HOLDER_PROGRAM.slice(1), 0);
  header.write('0000555\0', 100); // mode
  header.write('0000000\0', 108); // owner
  header.write('0000000\0', 116); // group
  header.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136); // time
  header.write('        ', 148); // the checksum counts as blanks
  header.write('0', 156); // an ordinary file
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

const LOAD_ADDRESS = 0x400000n;
const FILE_HEADER_BYTES = 64;
const HEADERS_BYTES = FILE_HEADER_BYTES + 56;

/** A static Linux program for x86-64 that waits for signals without end. */
function toProgram(): Buffer {
  const code = Buffer.from([
    ...[0xb8, 0x22, 0x00, 0x00, 0x00], // mov eax, 34 (pause)
    ...[0x0f, 0x05], //                   syscall
    ...[0xeb, 0xf7], //                   jmp to the beginning
  ]);
  const size = BigInt(HEADERS_BYTES + code.length);
  const headers = Buffer.alloc(HEADERS_BYTES);
  headers.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // ELF, 64 bits, little endian
  headers.writeUInt16LE(2, 16); // executable
  headers.writeUInt16LE(62, 18); // x86-64
  headers.writeUInt32LE(1, 20);
  headers.writeBigUInt64LE(LOAD_ADDRESS + BigInt(HEADERS_BYTES), 24); // where it begins
  headers.writeBigUInt64LE(BigInt(FILE_HEADER_BYTES), 32); // the program header follows
  headers.writeUInt16LE(FILE_HEADER_BYTES, 52);
  headers.writeUInt16LE(56, 54);
  headers.writeUInt16LE(1, 56); // one of them: load this file
  headers.writeUInt32LE(1, 64);
  headers.writeUInt32LE(5, 68); // to be read and executed
  headers.writeBigUInt64LE(LOAD_ADDRESS, 80);
  headers.writeBigUInt64LE(LOAD_ADDRESS, 88);
  headers.writeBigUInt64LE(size, 96);
  headers.writeBigUInt64LE(size, 104);
  headers.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([headers, code]);
}
